import type { Asked } from './evaluate-share';
import type { Outcome } from './outcome';

const countBy = <T>(items: readonly T[], key: (item: T) => string): [string, number][] => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
};

/** What each evaluator was asked and how long it took, over all processes; to standard error, as progress goes. */
export function printAsked(asked: readonly Asked[]): void {
  const sums = new Map<string, { questions: number; seconds: number }>();
  for (const { catcher, questions, seconds } of asked) {
    const sum = sums.get(catcher) ?? { questions: 0, seconds: 0 };
    sums.set(catcher, { questions: sum.questions + questions, seconds: sum.seconds + seconds });
  }
  for (const [catcher, { questions, seconds }] of sums)
    console.error(`    ${catcher}: ${questions} asked, ${seconds.toFixed(1)} s`);
}

/** Every mutant with who caught it first, then the survivors and the sums. */
export function printOutcome(outcomes: readonly Outcome[]): void {
  for (const { name, catches } of outcomes) {
    const [first] = catches;
    console.log(first ? `caught    ${name}  ←  ${first.catcher}: ${first.rule}` : `SURVIVED  ${name}`);
  }
  const caught = outcomes.filter(({ catches }) => catches.length > 0);
  const survivors = outcomes.filter(({ catches }) => catches.length === 0);
  console.log(
    `\n${outcomes.length} mutants of ${new Set(outcomes.map(({ kind }) => kind)).size} kinds; ${caught.length} caught, ${survivors.length} survived.`,
  );
  for (const [catcher, count] of countBy(caught, ({ catches }) => catches[0]?.catcher ?? '')) {
    console.log(`  ${String(count).padStart(5)}  first caught by ${catcher}`);
  }
  for (const { name } of survivors) console.error(`No rule, proof, scanner or review noticed: ${name}`);
}

/** Per catcher: how many mutants it catches, how many nobody else does, and who adds nothing. */
export function printMatrix(outcomes: readonly Outcome[]): void {
  const all = outcomes.flatMap(({ catches }) => catches.map(({ catcher }) => catcher));
  const alone = outcomes
    .filter(({ catches }) => catches.length === 1)
    .map(({ catches }) => catches[0]?.catcher ?? '');
  console.log('\ncatcher                     catches   alone');
  for (const [catcher, count] of countBy(all, (name) => name)) {
    const only = alone.filter((name) => name === catcher).length;
    const verdict = only === 0 ? '   adds nothing that another does not catch' : '';
    console.log(`${catcher.padEnd(26)} ${String(count).padStart(8)} ${String(only).padStart(7)}${verdict}`);
  }
}
