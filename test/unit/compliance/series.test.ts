import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseCommand } from '../../../compliance/cli/arguments';
import { instantOf } from '../../../compliance/cli/series';
import type { Identity } from '../../../compliance/report/evidence';
import type { Occasion } from '../../../compliance/report/purpose';
import { localSigner, signPack } from '../../../compliance/report/sign-pack';
import { writePack } from '../../../compliance/report/write-pack';
import { readSeries } from '../../../compliance/series/read-series';
import {
  type Question,
  seriesProblems,
  describeAt,
  describeSeries,
} from '../../../compliance/series/describe';
import { timelineOf } from '../../../compliance/series/timeline';
import { signingKeys } from '../../support/signing-keys';

const COMMITS = ['a', 'b'].map((letter) => letter.repeat(40));
const control = (id: string, state: string, exceptions: readonly string[] = []) => ({
  id,
  title: `What ${id} claims`,
  state,
  exceptions,
  evidence: [{ kind: 'rule', source: 'template-checks: own-key', compliant: 3, excepted: 0, open: 0 }],
  missing: ['test/security/keys.test.ts'],
});
const exception = { id: 'EXC-001', title: 'A deviation', expires: '2026-06-03', findings: 2 };

const DAY: Occasion = { purpose: 'day', execution: '9' };
interface Made {
  readonly day: string;
  readonly commit: string;
  readonly before?: string;
  readonly encryption: ReturnType<typeof control>;
  readonly access: ReturnType<typeof control>;
  readonly stage?: string;
  readonly occasion?: Occasion;
}
const at = (day: string): string => `2026-06-${day}T02:00:00.000Z`;

function write(
  directory: string,
  { day, commit, before, encryption, access, stage = 'prod', occasion = DAY }: Made,
): string {
  const identity = {
    generated: at(day),
    stage,
    commit: { id: commit, modified: false },
    tools: [],
    ...occasion,
  } as unknown as Identity;
  const evidence = {
    identity,
    result: 'clean',
    narratives: [encryption, access],
    requirements: [{ ...control('CC6.1', 'partial'), framework: 'SOC2' }],
    exceptions: [exception],
    ...(before !== undefined && { difference: { before: { generated: at(before), stage } } }),
  };
  const pack = path.join(directory, `pack-${stage}-${day}`);
  writePack(pack, new Map([['evidence.json', JSON.stringify(evidence)]]), identity);
  return pack;
}

function never(): never {
  throw new Error('no such pack');
}

const [first = '', second = ''] = COMMITS;
const held = control('ACC-01', 'supported');
/**
 * Five packs: encryption rests on an exception from the second on, which is over when the fourth comes; between the third
 * and the fourth four days are missing; with the fifth came another commit, and access no longer held.
 */
const FIVE: readonly Made[] = [
  { day: '01', commit: first, encryption: control('ENC-01', 'supported'), access: held },
  {
    day: '02',
    commit: first,
    before: '01',
    encryption: control('ENC-01', 'excepted', ['EXC-001']),
    access: held,
  },
  {
    day: '03',
    commit: first,
    before: '02',
    encryption: control('ENC-01', 'excepted', ['EXC-001']),
    access: held,
  },
  {
    day: '08',
    commit: first,
    before: '03',
    encryption: control('ENC-01', 'excepted', ['EXC-001']),
    access: held,
  },
  {
    day: '09',
    commit: second,
    before: '08',
    encryption: control('ENC-01', 'supported'),
    access: control('ACC-01', 'findings'),
  },
];
const [, SECOND = never()] = FIVE;
const NOW = '2026-06-09T12:00:00.000Z';
const question: Question = { stage: 'prod', everyDays: 1, now: NOW };

describe('a series of five packs', () => {
  const scratch: string[] = [];
  const series = (): string => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-series-'));
    scratch.push(directory);
    for (const made of FIVE) write(directory, made);
    return directory;
  };
  afterAll(() => {
    for (const directory of scratch) rmSync(directory, { recursive: true, force: true });
  });
  const spans = (directory: string, id: string) =>
    timelineOf(readSeries(directory, 'prod'), id, 1, NOW).map(
      ({ from, to, state, words }) =>
        `${from.slice(8, 13)}-${to?.slice(8, 13) ?? ''} ${state} ${words.join()}`,
    );

  test('when each control held, by which exception, and when nobody knows', () => {
    const directory = series();
    expect(spans(directory, 'ENC-01')).toEqual([
      '01T02-02T02 held ',
      '02T02-04T14 held with exceptions EXC-001',
      '04T14-08T02 unknown no pack was made, or it is gone',
      '08T02-09T02 did not hold EXC-001 had expired on 2026-06-03',
      '09T02- held ',
    ]);
    // A day on which the tests did not run is told apart from those on which they did.
    const inPart = { ...SECOND, encryption: control('ENC-01', 'supported in part') };
    write(directory, inPart);
    expect(spans(directory, 'ENC-01')[1]).toBe(
      '02T02-03T02 held without 1 piece of the evidence that it cites',
    );
    expect(spans(directory, 'ACC-01')).toEqual([
      '01T02-04T14 held ',
      '04T14-08T02 unknown no pack was made, or it is gone',
      '08T02-09T02 held ',
      '09T02- did not hold ',
    ]);
    expect(spans(directory, 'SOC2:CC6.1')[0]).toBe('01T02-04T14 held ');
    expect(spans(directory, 'XX-99')).toEqual([
      expect.stringContaining('the pack knows no control XX-99'),
      expect.any(String),
      expect.any(String),
    ]);
  });

  test('series tells gap, exception and release, and that something is wrong', () => {
    const packs = readSeries(series(), 'prod');
    expect(seriesProblems(packs, question)).toEqual([
      'no pack speaks for 2026-06-04 14:00Z to 2026-06-08 02:00Z: no pack was made, or it is gone',
    ]);
    const text = describeSeries(packs, question);
    expect(text).toContain(
      'EXC-001 A deviation: 2026-06-01 02:00Z to 2026-06-09 02:00Z, until 2026-06-03; OVER, and findings rested on it, at 2026-06-08 02:00Z, 2026-06-09 02:00Z',
    );
    expect(text).toContain('by 2026-06-09 02:00Z: aaaaaaaaaa → bbbbbbbbbb');
    expect(describeSeries(packs, { ...question, control: 'ACC-01' })).not.toContain('ENC-01');
  });

  test.each<[string, string | undefined, boolean, RegExp]>([
    [
      '2026-06-02',
      'ENC-01',
      true,
      /pack-prod-02.*ENC-01 What ENC-01 claims: held with exceptions \(EXC-001\).*own-key: 3 compliant.*verify pack-prod-02 --key-id KEY --commit a{40} --stage prod --purpose day --execution 9\n/s,
    ],
    ['2026-06-08T03:00:00Z', 'ENC-01', true, /did not hold \(EXC-001 had expired on 2026-06-03\)/],
    ['2026-06-09T03:00:00Z', undefined, true, /ENC-01.*held\nACC-01.*did not hold/s],
    [
      '2026-06-06',
      'ENC-01',
      false,
      /Nothing is known of 2026-06-06 23:59Z: no pack was made.*pack-prod-03.*pack-prod-08/s,
    ],
    ['2026-05-31', undefined, false, /the series begins later/],
    ['2026-07-01', undefined, false, /that is in the future/],
    ['2026-06-02', 'XX-99', false, /the pack knows no control XX-99/],
  ])('at %s %s', (date, id, known, text) => {
    const answer = describeAt(readSeries(series(), 'prod'), instantOf(date), { ...question, control: id });
    expect(answer.text).toMatch(text);
    expect(answer.known).toBe(known);
  });

  test('what was changed in the middle is noticed, and no longer counts', () => {
    const directory = series();
    const file = path.join(directory, 'pack-prod-02', 'evidence.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('excepted', 'supported'));
    const packs = readSeries(directory, 'prod');
    expect(seriesProblems(packs, question)[0]).toBe(
      'pack-prod-02 was changed since it was written: evidence.json: was changed',
    );
    expect(spans(directory, 'ENC-01').slice(0, 2)).toEqual([
      '01T02-02T14 held ',
      '02T14-03T02 unknown pack-prod-02 was changed',
    ]);
    expect(describeAt(packs, instantOf('2026-06-02'), question).known).toBe(false);
  });

  test.each(['evidence.json', 'manifest.json'])('so is a pack without its %s', (file) => {
    const directory = series();
    rmSync(path.join(directory, 'pack-prod-02', file));
    expect(seriesProblems(readSeries(directory, 'prod'), question)[0]).toMatch(/^pack-prod-02 was changed/);
  });

  test('and one that is gone, by the pack that was compared with it', () => {
    const directory = series();
    rmSync(path.join(directory, 'pack-prod-02'), { recursive: true });
    expect(seriesProblems(readSeries(directory, 'prod'), question)).toContain(
      'pack-prod-03 was compared with a pack of 2026-06-02 02:00Z, which is not here',
    );
  });

  test('with a key only signed packs count: sums can be made anew by whoever changed a file', async () => {
    const directory = series();
    const { privateKey, publicKey } = signingKeys();
    const signer = localSigner(privateKey);
    for (const { day } of FIVE) await signPack(path.join(directory, `pack-prod-${day}`), 'key', signer);
    expect(readSeries(directory, 'prod', publicKey).every(({ content }) => content !== undefined)).toBe(true);
    // Whoever writes a whole pack anew has no key to sign it with.
    write(directory, { ...SECOND, encryption: control('ENC-01', 'supported') });
    expect(seriesProblems(readSeries(directory, 'prod', publicKey), question)[0]).toMatch(
      /^pack-prod-02 was changed since it was written: its signature is unsigned, not verified/,
    );
  });

  test('what a gate said of another commit’s assembly never counts: that did not run because of it', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-series-'));
    for (const made of FIVE.slice(0, 2)) write(directory, made);
    write(directory, {
      ...{ day: '03', commit: first, encryption: control('ENC-01', 'supported'), access: held },
      occasion: { purpose: 'recheck', execution: '9', about: second },
    });
    expect(readSeries(directory, 'prod').map(({ changes }) => changes)).toEqual([
      [],
      [],
      ['it evaluates the assembly of another commit than it names'],
    ]);
  });
  test.each([
    ['purpose', { purpose: 'release', execution: '9' }],
    ['run', { purpose: 'day', execution: '8' }],
  ] satisfies [string, Occasion][])(
    'a pack whose content names another %s does not count',
    (_what, other) => {
      const directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-series-'));
      const made = { day: '01', commit: first, encryption: control('ENC-01', 'supported'), access: held };
      const pack = write(directory, { ...made, occasion: other });
      const evidence = readFileSync(path.join(pack, 'evidence.json'), 'utf8');
      const identity = {
        generated: at('01'),
        stage: 'prod',
        commit: { id: first, modified: false },
        tools: [],
      };
      writePack(pack, new Map([['evidence.json', evidence]]), { ...identity, ...DAY } as unknown as Identity);
      expect(readSeries(directory, 'prod')[0]?.changes).toEqual([
        'manifest.json: time, stage, commit or purpose is not that of evidence.json',
      ]);
    },
  );

  test('packs of another stage are left out; none of this stage is an error', () => {
    const directory = series();
    write(path.join(directory, 'packs', 'commit'), { ...SECOND, stage: 'dev' });
    expect(readSeries(directory, 'dev').map(({ name }) => name)).toEqual([
      path.join('packs', 'commit', 'pack-dev-02'),
    ]);
    expect(() => readSeries(directory, 'staging')).toThrow(/no evidence pack of stage staging/);
    expect(() => readSeries(path.join(directory, 'none'), 'prod')).toThrow(/There is no directory/);
  });

  test('the commands', () => {
    expect(parseCommand(['series', 'packs', '--every', '7'])).toMatchObject({ packs: 'packs', everyDays: 7 });
    expect(parseCommand(['at', '2026-06-02', 'ENC-01', '--packs', 'p'])).toMatchObject({
      date: '2026-06-02',
      control: 'ENC-01',
      packs: 'p',
    });
    for (const wrong of [['series'], ['at'], ['series', 'a', 'b'], ['series', 'a', '--every', 'x']])
      expect(() => parseCommand(wrong)).toThrow();
    expect(() => instantOf('yesterday')).toThrow(/no date/);
  });
});
