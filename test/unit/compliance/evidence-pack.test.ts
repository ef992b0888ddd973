import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFrameworks, requirementKey } from '../../../compliance/controls/frameworks';
import { judgeNarratives, loadNarratives } from '../../../compliance/controls/narratives';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import { judgeWithCdkNag } from '../../../compliance/engines/cdk-nag';
import type { Judgement } from '../../../compliance/gate';
import { loadRegister } from '../../../compliance/register/load';
import { csvCell } from '../../../compliance/report/csv';
import { compareEvidence, readEvidence } from '../../../compliance/report/difference';
import { collectEvidence } from '../../../compliance/report/evidence';
import { evidenceDate } from '../../../compliance/report/evidence-date';
import { manifestOf, manifestText } from '../../../compliance/report/manifest';
import { localSigner, signPack } from '../../../compliance/report/sign-pack';
import { verifyPack } from '../../../compliance/report/verify-pack';
import { packFiles, writePack } from '../../../compliance/report/write-pack';
import { synthesize } from '../../../compliance/synthesize';
import type { VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../local/setup/progress';
import { PROJECT_ROOT } from '../../../local/setup/project-paths';
import { ensurePythonTool } from '../../../local/setup/python-tools';
import { buildSmallApplication } from '../../support/small-application';

const PACKAGES = [{ name: '@scope/one', version: '1.0.0', license: 'MIT', functions: ['upload'] }];
const GENERATED = new Date('2026-06-01T12:00:00Z');
const HOSTILE = '=cmd|" /C calc"!A0 <script>alert(1)</script>';

let scratch: string;
let pack: string;
let judgement: Judgement;
let frameworkData: string;

const evidence = () =>
  collectEvidence(judgement, { generated: GENERATED, subject: 'application', frameworkData });

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-pack-'));
  pack = path.join(scratch, 'pack');
  const { root, assembly, resourceOf } = synthesize(path.join(scratch, 'cdk.out'), PROJECT_ROOT, (app) => {
    buildSmallApplication(app, { unprotectedBucket: true });
  });
  const result = judgeWithCdkNag(root, resourceOf);
  const [first] = result.rows;
  if (first === undefined) throw new Error('no rows');
  const register = loadRegister();
  const entry = register.entries[0]?.id ?? '';
  const rows: VerdictRow[] = [
    ...result.rows,
    { ...first, rule: 'Excepted', verdict: 'excepted', exception: entry },
    { ...first, rule: 'Hostile', verdict: 'non-compliant', message: HOSTILE },
  ];
  judgement = {
    stage: 'dev',
    today: '2026-06-01',
    assembly,
    register,
    results: [{ ...result, rows }],
    rows,
    failures: [],
    notAssessed: ['Something that could not run.'],
    notAdopted: [],
  };
  frameworkData = (await ensurePythonTool('prowler', { progress: silentProgress })).directory;
  const collected = { ...(await evidence()), difference: undefined };
  writePack(pack, packFiles(collected, assembly, PACKAGES), collected.identity);
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

describe('verify', () => {
  test('says nothing of a pack as it was written', () =>
    expect(verifyPack(pack)).toMatchObject({ changes: [], signature: 'unsigned' }));

  test('names a changed byte in every file, one by one', () => {
    const target = copy('changed');
    for (const file of filesBelow(target)) {
      const original = readFileSync(path.join(target, file));
      flip(path.join(target, file));
      expect([file, verifyPack(target).changes.length]).toEqual([file, 1]);
      expect(verifyPack(target).changes[0]).toContain(file);
      writeFileSync(path.join(target, file), original);
    }
    expect(verifyPack(target).changes).toEqual([]);
  });

  test('names what is missing and what was added', () => {
    const target = copy('moved');
    rmSync(path.join(target, 'controls.csv'));
    writeFileSync(path.join(target, 'more.txt'), '');
    expect(verifyPack(target).changes).toEqual(['controls.csv: is missing', 'more.txt: was added']);
  });

  test('refuses a directory that is no pack', () =>
    expect(() => verifyPack(scratch)).toThrow(/is not an evidence pack/));

  test('checks a signature by its public key alone, and sees a changed one', async () => {
    const pem = { type: 'spki', format: 'pem' } as const;
    const keys = () =>
      generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: pem,
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });
    const [ours, theirs] = [keys(), keys()];
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

  test('a changed pack is not signed', async () => {
    const target = copy('unsignable');
    flip(path.join(target, 'findings.csv'));
    await expect(signPack(target, 'key', () => Promise.resolve(''))).rejects.toThrow(/will not be signed/);
  });
});

describe('writing', () => {
  test('gives the same bytes again', async () => {
    const again = { ...(await evidence()), difference: undefined };
    expect(manifestText(manifestOf(packFiles(again, judgement.assembly, PACKAGES), again.identity))).toBe(
      text('manifest.json'),
    );
  });

  test('replaces a pack, but nothing else', async () => {
    const collected = { ...(await evidence()), difference: undefined };
    const files = packFiles(collected, judgement.assembly, PACKAGES);
    const target = copy('replaced');
    writePack(target, files, collected.identity);
    expect(verifyPack(target).changes).toEqual([]);
    const foreign = path.join(scratch, 'foreign');
    mkdirSync(foreign, { recursive: true });
    writeFileSync(path.join(foreign, 'thesis.txt'), 'years of work');
    expect(() => writePack(foreign, files, collected.identity)).toThrow(/will not be replaced/);
    expect(filesBelow(foreign)).toEqual(['thesis.txt']);
  });

  test('takes its time from SOURCE_DATE_EPOCH, and refuses what is none', () => {
    expect(evidenceDate({ SOURCE_DATE_EPOCH: '1780315200' }).toISOString()).toBe('2026-06-01T12:00:00.000Z');
    expect(() => evidenceDate({ SOURCE_DATE_EPOCH: 'yesterday' })).toThrow(/number of seconds/);
  });
});

describe('the files agree', () => {
  const rows = (): VerdictRow[] => (JSON.parse(text('evidence.json')) as { rows: VerdictRow[] }).rows;

  test('CSV with JSON, row by row', () => {
    const lines = text('findings.csv').split('\r\n').slice(1, -1);
    expect(lines).toHaveLength(rows().length);
    rows().forEach((row, index) => {
      expect(
        lines[index]?.startsWith([row.engine, row.rule, row.title, row.verdict].map(csvCell).join(',')),
      ).toBe(true);
    });
  });

  test('HTML with JSON, row by row', () => {
    const found = [...text('index.html').matchAll(/<tr data-verdict="([^"]+)" data-engine="([^"]+)">/g)];
    expect(found.map(([, verdict, engine]) => [verdict, engine])).toEqual(
      rows().map(({ verdict, engine }) => [verdict, engine]),
    );
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

  test('hostile text is neither a formula nor markup', () => {
    expect(text('findings.csv')).toContain(`"'=cmd|"" /C calc""!A0`);
    expect(text('index.html')).not.toContain('<script>alert');
  });

  test('the bill of materials names each package', () => {
    const bom = JSON.parse(text('sbom.cdx.json')) as { bomFormat: string; components: { purl: string }[] };
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      components: [{ purl: 'pkg:npm/%40scope/one@1.0.0' }],
    });
  });
});

describe('diff', () => {
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

describe('the map of controls', () => {
  test('names no requirement that its framework does not have', () => {
    const known = new Set(loadFrameworks(frameworkData).map(({ framework, id }) => `${framework} ${id}`));
    const named = loadNarratives().flatMap(({ requirements }) =>
      Object.entries(requirements).flatMap(([framework, ids]) => ids.map((id) => `${framework} ${id}`)),
    );
    expect(named.filter((one) => !known.has(one))).toEqual([]);
  });

  test('names no evidence that no engine can produce', () => {
    const pins = loadPinnedRules();
    const missing = loadNarratives().flatMap(({ id, evidence: sources }) =>
      sources.flatMap((source) => {
        if ('test' in source)
          return existsSync(path.join(PROJECT_ROOT, source.test)) ? [] : [`${id} ${source.test}`];
        const known = source.rule === source.engine || pins[source.engine]?.rules.includes(source.rule);
        return known === true ? [] : [`${id} ${source.engine} ${source.rule}`];
      }),
    );
    expect(missing).toEqual([]);
  });

  test('calls a control "not assessed" when a piece of its evidence was not produced', () => {
    const [narrative] = loadNarratives();
    if (narrative === undefined) throw new Error('no narratives');
    expect(judgeNarratives([narrative], [], PROJECT_ROOT)[0]?.state).toBe('not assessed');
  });

  test('knows one requirement by every spelling of its id', () =>
    expect(['AU-9a', 'au_9_a', 'AU-9(a)'].map((id) => requirementKey('N', id))).toEqual(
      Array(3).fill('N:au_9_a'),
    ));
});

test('the OSCAL files are valid for compliance-trestle', async () => {
  const trestle = (await ensurePythonTool('compliance-trestle', { progress: silentProgress })).script(
    'trestle',
  );
  const workspace = path.join(scratch, 'trestle');
  mkdirSync(workspace);
  const run = (...args: string[]): string =>
    execFileSync(trestle, args, { cwd: workspace, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('init', '--local');
  for (const file of readdirSync(path.join(pack, 'oscal'))) {
    run('import', '--file', path.join(pack, 'oscal', file), '--output', 'evidence');
  }
  expect(run('validate', '--all').match(/^VALID/gm)).toHaveLength(3);
}, 120_000);

const chromium = spawnSync('chromium', ['--version']).status === 0;
(chromium ? describe : describe.skip)('in headless Chromium', () => {
  const open = (...args: string[]): { stdout: string; stderr: string } =>
    spawnSync(
      'chromium',
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${path.join(scratch, 'browser')}`,
        ...args,
      ],
      { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
    );

  test('the filter works, and the console stays silent', () => {
    const page = path.join(scratch, 'filtered.html');
    const probe = `<script>
      const field = document.getElementById('filter-text');
      field.value = 'hostile'; field.dispatchEvent(new Event('input'));
      document.title = document.getElementById('filter-shown').textContent;
    </script></body>`;
    writeFileSync(page, text('index.html').replace('</body>', probe));
    const { stdout, stderr } = open('--enable-logging=stderr', '--dump-dom', `file://${page}`);
    expect(stdout).toMatch(/<title>1 of \d+ rows<\/title>/);
    expect(stderr).not.toContain('CONSOLE');
  }, 90_000);

  test('it prints', () => {
    const pdf = path.join(scratch, 'report.pdf');
    open(`--print-to-pdf=${pdf}`, '--no-pdf-header-footer', `file://${path.join(pack, 'index.html')}`);
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
  }, 90_000);
});
