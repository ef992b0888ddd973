import type { Assembly } from '../assembly/assembly';
import type { VerdictRow } from '../verdict-row';

/** Rows in numbers that mean something: public packs repeat each other, and many rules ask every resource the same. */
export interface Figures {
  /** Passed rows as the engines gave them. */
  readonly passed: number;
  /** The same, with a rule that several packs of cdk-nag share counted once for each resource. */
  readonly passedDistinct: number;
  /** Those of them by rules that ask every resource the same, whatever it is: tags, name, validity, order and the like. */
  readonly passedSameForAll: number;
  readonly rules: number;
}

const SAME_FOR_ALL: ReadonlySet<string> = new Set([
  'tags',
  'ServerlessApp-RequiredTags',
  'ServerlessApp-NamePrefix',
  // Whatever the resource is: may CloudFormation make it, and does a secret stand in it.
  'deployer-handlers-may',
  'deployer-handlers-known',
  'exposure-literal-secret',
]);
/** What asks of every resource only whether it can be read and deployed, and in which order. */
const VALIDITY: ReadonlySet<VerdictRow['engine']> = new Set([
  'cfn-lint',
  'cloudformation-validate',
  'template-scope',
  'proof-release',
]);

/** `NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled` and its twins are one check. */
const checkOf = ({ engine, rule }: VerdictRow): string =>
  engine === 'cdk-nag'
    ? rule.replace(/^.*?::(?:HIPAA\.Security|NIST\.800\.53\.R5|PCI\.DSS\.321)-/, '')
    : `${engine} ${rule}`;

const isSameForAll = ({ engine, rule }: VerdictRow): boolean =>
  VALIDITY.has(engine) || SAME_FOR_ALL.has(rule.replace(/^.*::/, ''));

export function figuresOf(rows: readonly VerdictRow[]): Figures {
  const passed = rows.filter(({ verdict }) => verdict === 'compliant');
  const distinct = new Map(
    passed.map((row) => [[checkOf(row), row.stack, row.resource, row.message].join('\u0000'), row]),
  );
  return {
    passed: passed.length,
    passedDistinct: distinct.size,
    passedSameForAll: [...distinct.values()].filter(isSameForAll).length,
    rules: new Set(rows.filter(({ verdict }) => verdict !== 'not-applicable').map(checkOf)).size,
  };
}

/** Resources of which no rule of their kind said anything: only those that ask every resource the same. */
export function evaluatedAsAllOnly(
  { stacks }: Assembly,
  rows: readonly VerdictRow[],
): { stack: string; resource: string; type: string }[] {
  const evaluated = new Set(
    rows
      .filter((row) => row.verdict !== 'not-applicable' && !isSameForAll(row))
      .map(({ stack, resource }) => `${stack ?? ''} ${resource}`),
  );
  return stacks.flatMap(({ name, resources }) =>
    resources
      .filter(({ logicalId }) => !evaluated.has(`${name} ${logicalId}`))
      .map(({ logicalId, type }) => ({ stack: name, resource: logicalId, type })),
  );
}
