import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { keepResult, type Suite } from '../../tools/testing/junit';
import { readSources } from '../../tools/testing/source-digest';
import { SELF_TEST } from '../controls/test-results';
import type { Outcome } from './outcome';

/** Each mutant as a test case, by its kind: passed when somebody caught it. */
export const selfTestCases = (outcomes: readonly Outcome[]): Suite['cases'] =>
  outcomes.map(({ name, kind, catches }) => ({
    name: `${name}${catches[0] === undefined ? '' : `: caught by ${catches[0].catcher}, ${catches[0].rule}`}`,
    group: kind,
    seconds: 0,
    outcome: catches.length > 0 ? 'passed' : 'failed',
    message: catches.length > 0 ? '' : 'No rule, proof, scanner or review noticed.',
  }));

/** Keeps the outcome as JUnit, so that a pack about the same sources can hold it as evidence. */
export const keepOutcome = (outcomes: readonly Outcome[], started: Date): void =>
  keepResult({
    name: SELF_TEST,
    suite: SELF_TEST,
    started,
    cases: selfTestCases(outcomes),
    ...readSources(PROJECT_ROOT),
  });
