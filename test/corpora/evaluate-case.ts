import { EXPOSURE_RULES } from '../../compliance/rules/proofs/exposure/rules';
import type { VerdictRow } from '../../compliance/verdict-row';
import type { Case } from './case';
import { disputeOf } from './disputed';
import { type Meaning, MEANINGS, NOT_OF_THESE_TOPICS } from './meanings';

/** A template's rows, and the template as it was read. */
export interface Evaluated {
  readonly rows: readonly VerdictRow[];
  readonly resources: Readonly<Record<string, unknown>>;
  /** What of it AWS would refuse to deploy: logical ids, `(template)` for the whole. */
  readonly refused: ReadonlySet<string>;
}

/**
 * What came of a case. `left out`: its rule speaks of other topics. `refused`: AWS would deploy no such template.
 * `unknown`: no meaning is written for its rule. `disputed`: contradicted, and AWS's page says the same as we.
 */
export type Outcome =
  'found' | 'missed' | 'silent' | 'false' | 'disputed' | 'left out' | 'refused' | 'unknown';

const squashed = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether a rule is about a type, by its own name: `cloudtrail/enable_all_regions`, `EBSEncryption`. */
function isAbout(rule: string, type: string): boolean {
  const [, service = '', resource = ''] = type.split('::').map(squashed);
  return [service, resource].some((part) => part !== '' && squashed(rule).includes(part));
}

const finds = ({ ours, about }: Meaning, row: VerdictRow): boolean =>
  row.verdict === 'non-compliant' &&
  ours.some((rule) => EXPOSURE_RULES[rule].id === row.rule) &&
  (about?.test(row.message) ?? true);

const refersTo = ({ resources }: Evaluated, from: string, to: string): boolean =>
  JSON.stringify(resources[from] ?? '').includes(`"${to}"`);

/** Where the test names no resource and expects nothing, only types that its rule is about can contradict it. */
function typesOf(rule: string, rows: readonly VerdictRow[]): (type: string) => boolean {
  const named = rows.some(({ resourceType = '' }) => isAbout(rule, resourceType));
  return (type) => !named || isAbout(rule, type);
}

/** Rows that say what the case's rule asks about. */
function rowsOf({ rule, resource, expected }: Case, meaning: Meaning, evaluated: Evaluated): VerdictRow[] {
  const hits = evaluated.rows.filter((row) => finds(meaning, row));
  if (resource === undefined) {
    const isMeant = typesOf(rule, evaluated.rows);
    return expected === 'finding' ? hits : hits.filter(({ resourceType = '' }) => isMeant(resourceType));
  }
  if (expected === 'none') return hits.filter((row) => row.resource === resource);
  // A rule of a group that stands beside it, and a parameter's default, are named where they stand.
  return hits.filter(
    (row) =>
      row.resource === resource ||
      row.resourceType === 'template' ||
      refersTo(evaluated, row.resource, resource),
  );
}

/** A row of a refused resource says that nobody evaluated it; of the rest of its template all is known. */
const isRefused = ({ resource }: Case, { refused }: Evaluated): boolean =>
  resource === undefined ? refused.size > 0 : refused.has(resource) || refused.has('(template)');

/** What our rows come to against what the test expects, and the rows that say so. */
export function evaluateCase(
  one: Case,
  evaluated: Evaluated | undefined,
): { readonly outcome: Outcome; readonly rows: readonly VerdictRow[] } {
  const id = `${one.corpus}:${one.rule}`;
  if (NOT_OF_THESE_TOPICS.test(id)) return { outcome: 'left out', rows: [] };
  const meaning = MEANINGS.find(({ rules }) => rules.test(id));
  if (meaning === undefined) return { outcome: 'unknown', rows: [] };
  if (evaluated === undefined || isRefused(one, evaluated)) return { outcome: 'refused', rows: [] };
  const rows = rowsOf(one, meaning, evaluated);
  if (one.expected === 'finding') return { outcome: rows.length > 0 ? 'found' : 'missed', rows };
  if (rows.length === 0) return { outcome: 'silent', rows };
  return { outcome: disputeOf(one) === undefined ? 'false' : 'disputed', rows };
}
