import { isOf } from '../controls/evaluate-narratives';
import { canonicalReference, FRAMEWORKS, referenceOf } from '../controls/requirement-id';
import { ruleSource, type VerdictRow } from '../verdict-row';
import type { Evidence } from './evidence';

/** What a rule or a test bears on. */
export interface RequirementLinks {
  /** Narratives that cite it. */
  readonly narratives: ReadonlySet<string>;
  /** References of the requirements that those narratives claim a part of. */
  readonly claimed: ReadonlySet<string>;
  /** Those that the rule names itself: alone they make no state but "not met". */
  readonly named: ReadonlySet<string>;
}

interface MutableRequirementLinks {
  readonly narratives: Set<string>;
  readonly claimed: Set<string>;
  readonly named: Set<string>;
}

/** From every rule (`ENGINE: RULE`) and test file of a pack to the requirements that it bears on. */
export function requirementLinks({
  rows,
  narratives,
  tests,
}: Pick<Evidence, 'rows' | 'narratives' | 'tests'>): ReadonlyMap<string, RequirementLinks> {
  const bearing = new Map<string, MutableRequirementLinks>();
  const rules = new Map<string, Pick<VerdictRow, 'engine' | 'rule'>>();
  // A rule's rows nearly always name the same requirements.
  const lastControls = new Map<string, string>();
  const of = (source: string): MutableRequirementLinks => {
    const known = bearing.get(source) ?? { narratives: new Set(), claimed: new Set(), named: new Set() };
    bearing.set(source, known);
    return known;
  };
  for (const { file } of tests) of(file);
  for (const row of rows) {
    const source = ruleSource(row);
    if (rules.has(source) && lastControls.get(source) === row.controls.join()) continue;
    lastControls.set(source, row.controls.join());
    rules.set(source, row);
    const { named } = of(source);
    for (const control of row.controls) named.add(canonicalReference(control) ?? control);
  }
  for (const { id, evidence, requirements } of narratives) {
    const claims = FRAMEWORKS.flatMap((framework) =>
      Object.keys(requirements[framework] ?? {}).map((one) => referenceOf({ framework, id: one })),
    );
    for (const { kind, source } of evidence) {
      const [engine = '', rule = ''] = source.split(/: (.*)/s);
      const cited =
        kind === 'rule'
          ? [...rules].filter(([, row]) => isOf(row, engine, rule)).map(([name]) => name)
          : bearing.has(source)
            ? [source]
            : [];
      for (const name of cited) {
        of(name).narratives.add(id);
        for (const claim of claims) of(name).claimed.add(claim);
      }
    }
  }
  return bearing;
}
