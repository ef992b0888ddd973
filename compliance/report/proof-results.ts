import { groupBy } from '../group-by';
import { junitXml, type TestCase } from '../../tools/testing/junit';
import type { EngineName, VerdictRow } from '../verdict-row';
import type { Evidence } from './evidence';

/** Where the JUnit result of a proof stands in the pack. */
export const proofPlace = (engine: EngineName): string => `tests/proofs/${engine}.xml`;

export const isProof = (engine: string): boolean => engine.startsWith('proof-');

/**
 * What each proof found, as JUnit: a case for each rule and stack, with every finding in it. Tools that show tests show
 * proofs so, beside the suites.
 * @returns nothing for a proof that did not run.
 */
export function proofResults({ rows, identity }: Pick<Evidence, 'rows' | 'identity'>): [string, string][] {
  return identity.tools
    .filter(({ engine, rules }) => isProof(engine) && rules > 0)
    .map(({ engine }): [string, string] => [
      proofPlace(engine as EngineName),
      junitXml({
        name: engine,
        suite: 'proofs',
        started: new Date(identity.generated),
        commit: identity.commit.id,
        modified: identity.commit.modified,
        digest: identity.sources,
        cases: casesOf(rows.filter((row) => row.engine === engine)),
      }),
    ]);
}

function casesOf(rows: readonly VerdictRow[]): TestCase[] {
  const groups = groupBy(rows, ({ rule, stack }) => `${rule}\u0000${stack ?? ''}`);
  return [...groups.values()].flatMap((own): TestCase[] => {
    const [first] = own;
    if (first === undefined) return [];
    const open = own.filter(({ verdict }) => verdict === 'non-compliant' || verdict === 'error');
    const evaluated = own.filter(({ verdict }) => verdict !== 'not-applicable');
    return [
      {
        name: `${first.rule}: ${first.title} (${evaluated.length} evaluated)`,
        group: first.stack ?? 'all stacks',
        seconds: 0,
        outcome: open.length > 0 ? 'failed' : evaluated.length === 0 ? 'skipped' : 'passed',
        message: open.map(({ resource, message }) => `${resource}: ${message}`).join('\n'),
      },
    ];
  });
}
