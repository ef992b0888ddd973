import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { referenceOf } from '../../../compliance/controls/requirement-id';
import { describeHolders } from '../../../compliance/controls/responsibilities';
import type { Evaluation } from '../../../compliance/gate';
import type { Evidence } from '../../../compliance/report/evidence';
import { compareEvidence, readEvidence } from '../../../compliance/report/difference';
import { evidenceDate, evaluationDays } from '../../../compliance/report/evidence-date';
import { groupOf } from '../../../compliance/report/issues';
import { localSigner, signPack } from '../../../compliance/report/sign-pack';
import {
  manifestSchema,
  manifestText,
  MANIFEST,
  sealed,
  SIGNATURE,
} from '../../../compliance/report/manifest';
import { sha256 } from '../../../compliance/report/sha256';
import {
  type Expectation,
  fingerprintOf,
  unmetExpectations,
  verifyPack,
} from '../../../compliance/report/verify-pack';
import { packFiles, writePack } from '../../../compliance/report/write-pack';
import { baseRule, type VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../tools/setup/progress';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { readCommitTime } from '../../../tools/testing/work-tree';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { csvRows, htmlRows } from '../../support/pack-tables';
import { evidenceOf, PACKAGES, writeSmallPack } from '../../support/small-pack';
import { signingKeys } from '../../support/signing-keys';

let scratch: string;
let pack: string;
let evaluation: Evaluation;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-pack-'));
  ({ pack, evaluation } = await writeSmallPack(scratch));
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
const text = (file: string): string => readFileSync(path.join(pack, file), 'utf8');
const copy = (name: string): string => {
  const target = path.join(scratch, name);
  rmSync(target, { recursive: true, force: true });
  cpSync(pack, target, { recursive: true });
  return target;
};
const flip = (file: string): void => {
  const content = readFileSync(file);
  const middle = Math.floor(content.length / 2);
  content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
  writeFileSync(file, content);
};

describe('verifying a pack', () => {
  test('says nothing of a pack as it was written', () =>
    expect(verifyPack(pack)).toMatchObject({ changes: [], signature: 'unsigned' }));

  test('names a changed byte in every file, one by one', () => {
    const target = copy('changed');
    for (const file of filesBelow(target)) {
      const original = readFileSync(path.join(target, file));
      flip(path.join(target, file));
      const { changes } = verifyPack(target);
      expect([file, changes.length]).toEqual([file, 1]);
      expect(changes[0]).toContain(file);
      writeFileSync(path.join(target, file), original);
    }
    expect(verifyPack(target).changes).toEqual([]);
  });

  test('names every file that is missing, one by one, and what was added in any folder', () => {
    const target = copy('moved');
    for (const file of filesBelow(target).filter((name) => name !== 'manifest.json')) {
      const original = readFileSync(path.join(target, file));
      rmSync(path.join(target, file));
      expect(verifyPack(target).changes).toEqual([`${file}: is missing`]);
      writeFileSync(path.join(target, file), original);
    }
    writeFileSync(path.join(target, 'templates/more.txt'), '');
    writeFileSync(path.join(target, 'zz'), '');
    expect(verifyPack(target).changes).toEqual(['templates/more.txt: was added', 'zz: was added']);
  });

  test('refuses a directory that is no pack', () =>
    expect(() => verifyPack(scratch)).toThrow(/is not an evidence pack/));

  test('checks a signature by its public key alone, and sees a changed one', async () => {
    const [ours, theirs] = [signingKeys(), signingKeys()];
    const target = copy('signed');
    await signPack(target, 'alias/evidence', localSigner(ours.privateKey));
    expect(verifyPack(target, ours.publicKey)).toMatchObject({ changes: [], signature: 'verified' });
    expect(verifyPack(target).signature).toBe('not checked');
    expect(verifyPack(target, theirs.publicKey).signature).toBe('wrong');
    flip(path.join(target, 'manifest.sig'));
    expect(verifyPack(target, ours.publicKey).signature).toBe('wrong');
    rmSync(path.join(target, 'manifest.sig'));
    expect(verifyPack(target, ours.publicKey).signature).toBe('wrong');
  });

  describe('that somebody forged', () => {
    const [ours, theirs] = [signingKeys(), signingKeys()];
    const unmet = (target: string, expectation: Expectation): string[] =>
      unmetExpectations(verifyPack(target, expectation.publicKey), expectation);
    const signed = async (name: string, privateKey: string): Promise<string> => {
      const target = copy(name);
      await signPack(target, 'alias/evidence', localSigner(privateKey));
      return target;
    };
    /** New sums for what was changed, as whoever can read this repository can make them. */
    const reseal = (target: string): void => {
      const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(target, MANIFEST), 'utf8')));
      const files = Object.keys(manifest.files).map((file) => [
        file,
        sha256(readFileSync(path.join(target, file))),
      ]);
      const forged = sealed({
        ...manifest,
        files: Object.fromEntries(files) as Record<string, string>,
        signature: 'UNSIGNED',
      });
      writeFileSync(path.join(target, MANIFEST), manifestText(forged));
      rmSync(path.join(target, SIGNATURE), { force: true });
    };

    test('stripping the signature is refused where a key is given', async () => {
      const target = await signed('stripped', ours.privateKey);
      flip(path.join(target, 'findings.csv'));
      reseal(target);
      expect(verifyPack(target, ours.publicKey).changes).toEqual([]);
      expect(unmet(target, { publicKey: ours.publicKey })).toEqual([
        'the signature is unsigned, not verified',
      ]);
    });

    test("signing it with one's own key is refused by key and by fingerprint", async () => {
      const target = await signed('substituted', theirs.privateKey);
      expect(verifyPack(target, ours.publicKey).changes).toEqual([
        'manifest.sig: does not belong to this manifest and key',
      ]);
      const fingerprint = fingerprintOf(ours.publicKey);
      expect(unmet(target, { publicKey: theirs.publicKey, fingerprint })).toEqual([
        `the key's fingerprint is ${fingerprintOf(theirs.publicKey)}, not ${fingerprint}`,
      ]);
      expect(unmet(target, { fingerprint })).toEqual(['the signature is not checked, not verified']);
    });

    test("replaying another commit's pack is refused", async () => {
      const target = await signed('replayed', ours.privateKey);
      const commit = 'f'.repeat(40);
      expect(unmet(target, { publicKey: ours.publicKey, commit })).toContainEqual(
        expect.stringMatching(/^the pack is about commit .+, not f{40}$/),
      );
    });

    test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
      'a file called %s does not hide behind a property of that name',
      (name) => {
        const target = copy('properties');
        writeFileSync(path.join(target, name), 'forged');
        expect(verifyPack(target).changes).toEqual([`${name}: was added`]);
      },
    );

    test('links are named, to files and to folders, even with the right content behind them', () => {
      const target = copy('links');
      const outside = path.join(scratch, 'outside');
      mkdirSync(outside, { recursive: true });
      renameSync(path.join(target, 'findings.csv'), path.join(outside, 'findings.csv'));
      symlinkSync(path.join(outside, 'findings.csv'), path.join(target, 'findings.csv'));
      renameSync(path.join(target, 'templates'), path.join(outside, 'templates'));
      symlinkSync(path.join(outside, 'templates'), path.join(target, 'templates'));
      const { changes } = verifyPack(target);
      expect(changes).toEqual(
        expect.arrayContaining(['findings.csv: is a link or no file', 'templates: is a link or no file']),
      );
    });

    test('two values under one key of the manifest are refused', () => {
      const target = copy('twice');
      const file = path.join(target, MANIFEST);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"stage":', '"stage": "prod",\n "stage":'));
      expect(verifyPack(target).changes).toEqual([`${MANIFEST}: is not as it was written`]);
    });

    test('a name that would steer the terminal is shown by its number', () => {
      const target = copy('steering');
      writeFileSync(path.join(target, 'a\u001b[2Jb'), '');
      expect(verifyPack(target).changes).toEqual(['a\\u{1b}[2Jb: was added']);
    });
  });

  test('a changed pack is not signed', async () => {
    const target = copy('unsignable');
    flip(path.join(target, 'findings.csv'));
    await expect(signPack(target, 'key', () => Promise.resolve(''))).rejects.toThrow(/will not be signed/);
  });
});

describe('writing a pack', () => {
  test('gives the same bytes again, synthesized, evaluated and written in another directory (EXC-015)', async () => {
    const elsewhere = path.join(scratch, 'somewhere', 'else entirely');
    mkdirSync(elsewhere, { recursive: true });
    const again = await writeSmallPack(elsewhere);
    expect(filesBelow(again.pack).sort()).toEqual(filesBelow(pack).sort());
    for (const file of filesBelow(pack)) {
      const [bytes, others] = [pack, again.pack].map((root) => readFileSync(path.join(root, file)));
      expect([file, others?.equals(bytes ?? Buffer.alloc(0))]).toEqual([file, true]);
    }
  });

  test('names no directory of the machine', () => {
    const places = [PROJECT_ROOT, scratch, os.homedir(), os.tmpdir()].filter((place) => place.length > 2);
    for (const file of filesBelow(pack))
      expect([file, places.filter((place) => text(file).includes(`${place}/`))]).toEqual([file, []]);
  });

  test('is read by the builds that sign, whatever a tool printed', async () => {
    // What a message may quote: half a character, a whole one, and texts that look like half of one.
    const failures = ['a \ud83d b \udc00', '🚀', '\\ud83d', '\\\ud83d', '\ud83d\ud83d'];
    const collected = { ...(await evidenceOf(evaluation)), failures };
    const evidence = String(packFiles(collected, evaluation.assembly, PACKAGES).get('evidence.json'));
    const read = JSON.parse(
      execFileSync('jq', ['-c', '.failures'], { input: evidence }).toString(),
    ) as string[];
    expect(read).toEqual(['a \ufffd b \ufffd', '🚀', '\\ud83d', '\\\ufffd', '\ufffd\ufffd']);
  });

  test('replaces a pack, but nothing else', async () => {
    const collected = await evidenceOf(evaluation);
    const files = packFiles(collected, evaluation.assembly, PACKAGES);
    const target = copy('replaced');
    writePack(target, files, collected.identity);
    expect(verifyPack(target).changes).toEqual([]);
    const foreign = path.join(scratch, 'foreign');
    mkdirSync(foreign, { recursive: true });
    writeFileSync(path.join(foreign, 'thesis.txt'), 'years of work');
    expect(() => writePack(foreign, files, collected.identity)).toThrow(/will not be replaced/);
    const leading = new Map([...files, ['templates/x/../../../owned.template.json', '{}'] as const]);
    const beside = path.join(scratch, 'beside');
    expect(() => writePack(beside, leading, collected.identity)).toThrow(/leads out of the pack/);
    expect([existsSync(beside), existsSync(path.join(scratch, 'owned.template.json'))]).toEqual([
      false,
      false,
    ]);
    expect(filesBelow(foreign)).toEqual(['thesis.txt']);
  });

  test('takes its time from SOURCE_DATE_EPOCH, and refuses what is none', () => {
    expect(evidenceDate({ SOURCE_DATE_EPOCH: '1780315200' }).toISOString()).toBe('2026-06-01T12:00:00.000Z');
    expect(() => evidenceDate({ SOURCE_DATE_EPOCH: 'yesterday' })).toThrow(/number of seconds/);
  });

  test.each([
    ['the clock, whatever earlier time is stated', '2001-01-01', '2099-01-01', '2099-01-01'],
    ['the time that is stated, where it is the latest', '2099-02-01', '2099-01-01', '2099-02-01'],
  ])('evaluates ends by %s', (_what, stated, clock, latest) =>
    expect(evaluationDays(new Date(stated), PROJECT_ROOT, new Date(clock))).toEqual({ today: clock, latest }),
  );

  test('evaluates ends by the commit’s time where the clock is behind it', () => {
    const committed = readCommitTime(PROJECT_ROOT)?.toISOString().slice(0, 10);
    const days = evaluationDays(new Date('2001-01-01'), PROJECT_ROOT, new Date('2001-01-02'));
    expect(days).toEqual({ today: '2001-01-02', latest: committed });
    // Where nothing is committed the clock is left.
    expect(evaluationDays(new Date('2001-01-01'), os.tmpdir(), new Date('2001-01-02')).latest).toBe(
      '2001-01-02',
    );
  });
});

describe('the files agree', () => {
  const rows = (): VerdictRow[] => (JSON.parse(text('evidence.json')) as { rows: VerdictRow[] }).rows;

  const evidence = (): Evidence => JSON.parse(text('evidence.json')) as Evidence;
  const line = (location: VerdictRow['source']): string =>
    location === undefined ? '' : `${location.file}:${location.line}`;
  const templateOf = ({ stack = '', template }: VerdictRow): string =>
    template === undefined ? '' : `templates/${stack}.template.json:${template.line}`;

  test('CSV with JSON, cell by cell', () => {
    const [header, ...lines] = csvRows(text('findings.csv'));
    expect(header?.join(' ')).toBe(
      'engine rule title verdict severity strength stack resource type construct template source controls exception message remedy account region asked at group',
    );
    expect(lines).toEqual(
      rows().map((row) =>
        [
          ...[row.engine, row.rule, row.title, row.verdict, row.severity, row.strength, row.stack ?? ''],
          ...[row.resource, row.resourceType ?? '', row.constructPath ?? '', templateOf(row)],
          ...[line(row.source), row.controls.join(' '), row.exception ?? '', row.message, row.remedy ?? ''],
          ...[row.observed?.account ?? '', row.observed?.region ?? '', row.observed?.at ?? '', groupOf(row)],
        ].map((cell) => (cell.startsWith('=') ? `'${cell}` : cell)),
      ),
    );
  });

  test('the CSV of requirements with JSON, cell by cell', () =>
    expect(csvRows(text('controls.csv')).slice(1)).toEqual(
      evidence().requirements.map((r) => [
        ...[r.framework, referenceOf(r), r.title, r.state],
        r.parts.map((one) => `${one.narrative} (${one.covers}, ${one.state}): ${one.part}`).join('; '),
        [...new Set(r.parts.flatMap(({ missing }) => missing))].sort().join(' '),
        ...[describeHolders(r.holders), r.exceptions.join(' '), r.rules.join('; ')],
        ...[r.compliant, r.excepted, r.open].map(String),
      ]),
    ));

  test('HTML with JSON, cell by cell', () => {
    const cells = htmlRows(text('index.html'));
    expect(cells).toEqual(
      rows().map((row) =>
        [
          `${row.engine} ${baseRule(row.rule)} ${row.title}`,
          [row.verdict, row.exception ?? ''].join(' ').trim(),
          row.constructPath ?? row.resource,
          [
            row.template && `${row.stack ?? ''}.template.json:${row.template.line}`,
            row.source && line(row.source),
          ]
            .filter((place) => place !== undefined)
            .join(' '),
          `${row.rule.slice(baseRule(row.rule).length)} ${row.message}`.trim(),
        ].map((cell) => cell.replace(/\s+/g, ' ')),
      ),
    );
    expect(new Set(cells.map(([, verdict]) => verdict?.split(' ')[0])).size).toBeGreaterThan(2);
  });

  test('SARIF holds what is open or excepted, and suppresses the excepted', () => {
    const { runs } = JSON.parse(text('findings.sarif')) as {
      runs: { results: { suppressions?: unknown[] }[] }[];
    };
    const results = runs.flatMap((run) => run.results);
    const reported = rows().filter(({ verdict }) => !['compliant', 'not-applicable'].includes(verdict));
    expect(results).toHaveLength(reported.length);
    expect(results.filter(({ suppressions }) => suppressions !== undefined)).toHaveLength(
      reported.filter(({ verdict }) => verdict === 'excepted').length,
    );
  });

  // https://pages.nist.gov/OSCAL-Reference/models/latest/assessment-results/: a target of the type names a statement.
  test('each finding of the OSCAL results is about a statement of the catalogue', () => {
    const { catalog } = JSON.parse(text('oscal/catalog.json')) as {
      catalog: { groups: { controls: { parts: { id: string; name: string }[] }[] }[] };
    };
    const statements = new Set(
      catalog.groups.flatMap(({ controls }) => controls.flatMap(({ parts }) => parts.map(({ id }) => id))),
    );
    const { 'assessment-results': results } = JSON.parse(text('oscal/assessment-results.json')) as {
      'assessment-results': { results: { findings: { target: { type: string; 'target-id': string } }[] }[] };
    };
    const targets = results.results.flatMap(({ findings }) => findings.map(({ target }) => target));
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter(({ type }) => type !== 'statement-id')).toEqual([]);
    expect(targets.filter((target) => !statements.has(target['target-id']))).toEqual([]);
  });

  test('hostile text is neither a formula nor markup', () => {
    expect(text('findings.csv')).toContain(`"'=cmd|"" /C calc""!A0`);
    expect(text('index.html')).not.toContain('<script>alert');
  });

  test('the bill of materials names each package with its hash and what it asks for, and what evaluated it', () => {
    const bom = JSON.parse(text('sbom.cdx.json')) as {
      bomFormat: string;
      metadata: { tools: { name: string; version?: string; hashes?: object[] }[] };
      components: { type: string; purl?: string; hashes?: object[] }[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.components.flatMap(({ purl }) => purl ?? [])).toEqual([
      'pkg:npm/%40scope/one@1.0.0',
      'pkg:npm/two@2.0.0',
    ]);
    expect(bom.components[0]?.hashes).toEqual([{ alg: 'SHA-512', content: '07'.repeat(64) }]);
    const asks = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    expect(asks.get('pkg:npm/%40scope/one@1.0.0')).toEqual(['pkg:npm/two@2.0.0']);
    expect(asks.get('serverlessapp')).toContain('pkg:npm/%40scope/one@1.0.0');
    expect(asks.get('serverlessapp')).not.toContain('pkg:npm/two@2.0.0');
    expect(bom.metadata.tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['esbuild', 'cdk-nag']),
    );
    expect(bom.metadata.tools.find(({ name }) => name === 'node')).toEqual({
      name: 'node',
      version: process.version.slice(1),
      hashes: [{ alg: 'SHA-256', content: sha256(readFileSync(process.execPath)) }],
    });
  });
});

describe('comparing two packs', () => {
  const after = () => structuredClone(readEvidence(pack));

  test('says nothing of the same pack', () =>
    expect(compareEvidence(readEvidence(pack), after()).groups).toEqual([]));

  test('names findings that came and went, exceptions, templates, tools and states', () => {
    const changed = after();
    changed.rows = changed.rows.filter(({ rule }) => rule !== 'Hostile');
    changed.exceptions = [{ id: 'EXC-999', title: 'New', expires: '2030-01-01' }];
    changed.identity.stacks = changed.identity.stacks.map((stack) => ({ ...stack, sha256: '0'.repeat(64) }));
    changed.identity.tools = [];
    const { groups } = compareEvidence(readEvidence(pack), changed);
    expect(groups.map(({ title }) => title)).toEqual(['Findings', 'Exceptions', 'Templates', 'Tools']);
    expect(groups[0]?.lines).toEqual([expect.stringMatching(/^gone: cdk-nag Hostile/)]);
  });

  test('refuses what is no pack', () =>
    expect(() => readEvidence(scratch)).toThrow(/is not an evidence pack/));
});

test('the OSCAL files are valid for compliance-trestle', async () => {
  const { python } = await ensurePythonTool('compliance-trestle', { progress: silentProgress });
  const workspace = path.join(scratch, 'trestle');
  mkdirSync(workspace);
  // trestle follows the documents' relative imports from the root of its workspace.
  cpSync(path.join(pack, 'oscal'), workspace, { recursive: true });
  const files = readdirSync(path.join(pack, 'oscal'));
  const commands = [
    ['init', '--local'],
    ...files.map((file) => [
      ...['import', '--file', path.join(pack, 'oscal', file)],
      ...['--output', path.basename(file, '.json')],
    ]),
    ['validate', '--all'],
  ];
  const output = execFileSync(python, [path.resolve(__dirname, '../../support/oscal_commands.py')], {
    cwd: workspace,
    encoding: 'utf8',
    input: JSON.stringify(commands),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  expect(output.match(/^VALID/gm)).toHaveLength(9);
}, 120_000);
