import type { Assembly } from '../assembly/assembly';
import type { VerdictRow } from '../verdict-row';

/** Rows in numbers that mean something: public packs repeat each other, and many rows speak of tags and names only. */
export interface Figures {
  /** Passed rows as the engines gave them. */
  readonly passed: number;
  /** The same, with a rule that several packs of cdk-nag share counted once for each resource. */
  readonly passedDistinct: number;
  /** Those of them that only say that a resource is tagged, named by rule, valid or in order. */
  readonly passedTagsAndNames: number;
  readonly rules: number;
}

const TAGS_AND_NAMES: ReadonlySet<string> = new Set([
  'tags',
  'ServerlessApp-RequiredTags',
  'ServerlessApp-NamePrefix',
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

export const isAboutTagsOrNames = ({ engine, rule }: VerdictRow): boolean =>
  VALIDITY.has(engine) || TAGS_AND_NAMES.has(rule.replace(/^.*::/, ''));

export function figuresOf(rows: readonly VerdictRow[]): Figures {
  const passed = rows.filter(({ verdict }) => verdict === 'compliant');
  const distinct = new Map(
    passed.map((row) => [[checkOf(row), row.stack, row.resource, row.message].join('\u0000'), row]),
  );
  return {
    passed: passed.length,
    passedDistinct: distinct.size,
    passedTagsAndNames: [...distinct.values()].filter(isAboutTagsOrNames).length,
    rules: new Set(rows.filter(({ verdict }) => verdict !== 'not-applicable').map(checkOf)).size,
  };
}

/** Resources of which no rule said more than that they are tagged, named by rule, valid and in order. */
export function evaluatedByTagsOnly(
  { stacks }: Assembly,
  rows: readonly VerdictRow[],
): { stack: string; resource: string; type: string }[] {
  const evaluated = new Set(
    rows
      .filter((row) => row.verdict !== 'not-applicable' && !isAboutTagsOrNames(row))
      .map(({ stack, resource }) => `${stack ?? ''} ${resource}`),
  );
  return stacks.flatMap(({ name, resources }) =>
    resources
      .filter(({ logicalId }) => !evaluated.has(`${name} ${logicalId}`))
      .map(({ logicalId, type }) => ({ stack: name, resource: logicalId, type })),
  );
}
