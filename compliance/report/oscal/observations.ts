import { groupBy } from '../../group-by';
import { referenceOf } from '../../controls/requirement-id';
import type { RequirementResult } from '../../controls/requirements';
import { ruleSource, type VerdictRow } from '../../verdict-row';
import { requirementLinks } from '../requirement-links';
import type { Evidence } from '../evidence';
import { testPlace } from '../places';
import { type Identifiers, NAMESPACE } from './identifiers';

export interface Observation {
  readonly uuid: string;
  /** References of the requirements that it bears on; never empty. */
  readonly requirements: ReadonlySet<string>;
  readonly subjects: readonly { stack: string; resource: string; type?: string | undefined }[];
  readonly content: object;
}

/** Each rule and each test that bears on an assessed requirement; whatever bears on none stands in findings.csv only. */
export function observationsOf(
  evidence: Evidence,
  assessed: readonly RequirementResult[],
  ids: Identifiers,
): Observation[] {
  const bearing = requirementLinks(evidence);
  const isAssessed = new Set(assessed.map(referenceOf));
  const groups = groupBy(
    evidence.rows.filter(({ verdict }) => verdict !== 'not-applicable'),
    ruleSource,
  );
  const requirementsOf = (source: string): Set<string> => {
    const { claimed = [], named = [] } = bearing.get(source) ?? {};
    return new Set([...claimed, ...named].filter((reference) => isAssessed.has(reference)));
  };
  return [
    ...[...groups].flatMap(([source, rows]) => {
      const requirements = requirementsOf(source);
      return requirements.size === 0 ? [] : [ofRule(source, rows, requirements, evidence, ids)];
    }),
    ...evidence.tests.flatMap((test) => {
      const requirements = requirementsOf(test.file);
      return requirements.size === 0 ? [] : [ofTest(test, requirements, ids)];
    }),
  ];
}

function ofRule(
  source: string,
  rows: readonly VerdictRow[],
  requirements: ReadonlySet<string>,
  { identity }: Evidence,
  ids: Identifiers,
): Observation {
  const count = (...verdicts: VerdictRow['verdict'][]): string =>
    String(rows.filter(({ verdict }) => verdicts.includes(verdict)).length);
  const stacks = new Set(identity.stacks.map(({ name }) => name));
  const known = new Map(
    rows.flatMap(({ stack, resource, resourceType }) =>
      stack === undefined || !stacks.has(stack)
        ? []
        : [[`${stack} ${resource}`, { stack, resource, type: resourceType }] as const],
    ),
  );
  const uuid = ids.observation(source);
  const subjects = [...known.values()];
  const prop = (name: string, value: string): object => ({ name, ns: NAMESPACE, value });
  const observed = rows.flatMap((row) => row.observed ?? []);
  const places = [...new Set(observed.map(({ account, region }) => `${account} ${region}`))].sort();
  return {
    uuid,
    requirements,
    subjects,
    content: {
      uuid,
      title: source,
      description: rows[0]?.title ?? source,
      // Templates, policies and settings are inspected and analyzed; nothing is exercised, which alone would be a test by
      // NIST's words for methods of assessment: https://doi.org/10.6028/NIST.SP.800-53Ar5
      methods: ['EXAMINE'],
      types: ['control-objective'],
      props: [
        prop('strength', rows[0]?.strength ?? 'property'),
        prop('compliant', count('compliant')),
        prop('excepted', count('excepted')),
        prop('open', count('non-compliant', 'error')),
        // Of what an account was asked: where.
        ...places.map((place) => prop('asked-at', place)),
      ],
      origins: [{ actors: [{ type: 'tool', 'actor-uuid': ids.of('tool', rows[0]?.engine ?? '') }] }],
      ...(subjects.length > 0 && {
        subjects: subjects.map(({ stack, resource }) => ({
          'subject-uuid': ids.item(stack, resource),
          type: 'inventory-item',
        })),
      }),
      'relevant-evidence': [
        { href: `#${ids.resource('findings.csv')}`, description: `The rows of ${source} in findings.csv.` },
      ],
      collected:
        observed
          .map(({ at }) => at)
          .sort()
          .at(-1) ?? identity.generated,
    },
  };
}

function ofTest(
  { file, passed, failed, skipped, ran }: Evidence['tests'][number],
  requirements: ReadonlySet<string>,
  ids: Identifiers,
): Observation {
  const uuid = ids.observation(file);
  return {
    uuid,
    requirements,
    subjects: [],
    content: {
      uuid,
      title: file,
      description: `${passed} test cases passed, ${failed} failed, ${skipped} skipped.`,
      methods: ['TEST'],
      types: ['control-objective'],
      origins: [{ actors: [{ type: 'tool', 'actor-uuid': ids.of('tool', 'jest') }] }],
      'relevant-evidence': [
        { href: `#${ids.resource(testPlace(file))}`, description: 'The JUnit result on the same sources.' },
      ],
      collected: ran,
    },
  };
}
