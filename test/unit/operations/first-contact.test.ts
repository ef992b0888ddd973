import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXERCISES, LEFT_OUT } from '../../../bin/operations/first-contact/exercises';
import { firstContactCommand } from '../../../bin/operations/first-contact/command';
import { operationsContext } from '../../../bin/operations/context';
import { firstContact } from '../../../bin/operations/first-contact/first-contact';
import type { ContactContext, Exercise } from '../../../bin/operations/first-contact/exercise';
import { CONTRACTS_DIRECTORY, loadContracts } from '../../../compliance/rules/contracts/load';
import { type ContactResults, recordMeasured } from '../../../compliance/rules/contracts/measured';

const { contracts } = loadContracts();

describe('what a first contact exercises', () => {
  test('names contracts that there are', () => {
    const known = new Set(contracts.map(({ id }) => id));
    expect(EXERCISES.flatMap((exercise) => exercise.contracts).filter((id) => !known.has(id))).toEqual([]);
  });

  test('is every contract that has to be measured, or says why not', () => {
    const exercised = new Set(EXERCISES.flatMap((exercise) => exercise.contracts));
    const toMeasure = contracts.filter(({ measure }) => measure !== undefined).map(({ id }) => id);
    expect(toMeasure.length).toBeGreaterThan(10);
    expect(toMeasure.filter((id) => !exercised.has(id) && !(`contract ${id}` in LEFT_OUT))).toEqual([]);
  });

  test('has an id of its own each', () =>
    expect(new Set(EXERCISES.map(({ id }) => id)).size).toBe(EXERCISES.length));
});

describe('the command', () => {
  test('is for dev alone', async () => {
    const context = operationsContext('staging', true);
    const client = { waitSeconds: 1 };
    await expect(
      firstContactCommand(context, { client, output: undefined, cleanUpOnly: false }),
    ).rejects.toThrow('for dev alone');
  });

  test('without --yes tells and asks nothing', async () => {
    const lines: string[] = [];
    const context = { ...operationsContext('dev', false), print: (line: string) => lines.push(line) };
    expect(
      await firstContactCommand(context, {
        client: { waitSeconds: 1 },
        output: undefined,
        cleanUpOnly: false,
      }),
    ).toBe(true);
    for (const { id } of EXERCISES) expect(lines).toContainEqual(expect.stringContaining(`  ${id}: `));
  });
});

describe('an exercise that throws', () => {
  const cleanUp = jest.fn(() => Promise.resolve([]));
  const broken: Exercise = {
    id: 'broken',
    edge: 'a → b',
    contracts: [],
    expected: 'an answer',
    does: 'throws',
    cost: 'nothing',
    run: () => Promise.reject(new Error('no way')),
    cleanUp,
  };
  const lines: string[] = [];
  const { config, names } = operationsContext('dev', false);
  const context = {
    config,
    names,
    now: () => new Date(),
    embedded: false,
    print: (line: string) => lines.push(line),
  };

  test('is told as otherwise, is cleaned up, and ends nothing', async () => {
    const later: Exercise = {
      ...broken,
      id: 'later',
      run: () => Promise.resolve({ outcome: 'as expected', seen: 'an answer' }),
    };
    expect(await firstContact(context as unknown as ContactContext, undefined, [broken, later])).toBe(false);
    // Before the first, for what an earlier run left, and after each.
    expect(cleanUp).toHaveBeenCalledTimes(4);
    expect(lines.join('\n')).toMatch(/broken: otherwise: Error: no way[\s\S]*later: as expected: an answer/);
  });
});

describe('results of exercises', () => {
  const results = (more: Partial<ContactResults['results'][number]>, embedded = false): ContactResults => ({
    stage: 'dev',
    account: '111122223333',
    region: 'us-east-1',
    embedded,
    begun: '2026-11-30T08:00:00.000Z',
    ended: '2026-11-30T09:00:00.000Z',
    results: [
      {
        id: 'trail-backup-takes-its-role',
        edge: 'AWS Backup → its role',
        contracts: ['backup-takes-its-role'],
        expected: 'an event',
        outcome: 'as expected',
        seen: 'sourceAccount "111122223333"',
        at: '2026-11-30T08:30:00.000Z',
        eventId: 'e-1',
        ...more,
      },
    ],
  });
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'contracts-'));
    cpSync(CONTRACTS_DIRECTORY, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const measured = () =>
    loadContracts(directory).contracts.find(({ id }) => id === 'backup-takes-its-role')?.measured;

  test('go into the contract with day and event, beside those before, and change nothing else', () => {
    expect(recordMeasured(results({}), directory)).toEqual(['backup-takes-its-role']);
    recordMeasured(results({ outcome: 'otherwise', seen: 'nothing' }), directory);
    expect(measured()).toEqual([
      expect.objectContaining({ on: '2026-11-30', result: 'confirmed', event: 'e-1' }),
      expect.objectContaining({ on: '2026-11-30', result: 'refuted', seen: 'nothing' }),
    ]);
    const comments = (folder: string) => readFileSync(path.join(folder, 'backup.yaml'), 'utf8').match(/#.*/g);
    expect(comments(directory)).toEqual(comments(CONTRACTS_DIRECTORY));
  });

  test('that showed nothing write nothing', () => {
    expect(recordMeasured(results({ outcome: 'not shown' }), directory)).toEqual([]);
    expect(measured()).toEqual([]);
  });

  test('of the embedded AWS, or of an unknown contract, are refused', () => {
    expect(() => recordMeasured(results({}, true), directory)).toThrow('embedded AWS');
    const partly = results({ contracts: ['backup-takes-its-role', 'no-such'] });
    expect(() => recordMeasured(partly, directory)).toThrow('no-such');
    expect(measured()).toEqual([]);
  });
});
