import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

jest.setTimeout(30_000);

interface Report {
  findings: { name: string; state: 'ok' | 'note' | 'lacking'; seen: string; remedy?: string }[];
  commands: { name: string; lacks: string[] }[];
}

/** Closed: nobody listens on the port of discard here. */
const DEAD = 'http://127.0.0.1:9';

let scratch: string;
/** What a clone holds before anything is installed, as far as the doctor reads it. */
let bare: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'doctor-'));
  bare = path.join(scratch, 'clone');
  for (const part of ['package.json', 'bin/run.mjs', 'bin/install-packages.mjs', 'tools'])
    cpSync(path.join(PROJECT_ROOT, part), path.join(bare, part), { recursive: true });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder for the PATH that holds only these programs. */
function onlyThese(name: string, programs: Readonly<Record<string, string>>): string {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  for (const [program, content] of Object.entries(programs)) {
    const file = path.join(folder, program);
    if (content.startsWith('#!')) writeFileSync(file, content, { mode: 0o755 });
    else symlinkSync(content, file);
  }
  return folder;
}

async function examine(root: string, env: NodeJS.ProcessEnv): Promise<Report & { code: number }> {
  const command = [path.join(root, 'bin/run.mjs'), 'doctor', '--json'];
  const ended = await promisify(execFile)(process.execPath, command, { env }).catch(
    (error: unknown) => error as { code: number; stdout: string },
  );
  return { ...(JSON.parse(ended.stdout) as Report), code: 'code' in ended ? ended.code : 0 };
}
const finding = ({ findings }: Report, name: string) => findings.find((each) => each.name === name);
const lacks = ({ commands }: Report, command: string): string[] =>
  commands.find(({ name }) => name === command)?.lacks ?? ['no such command'];

describe('npm run doctor', () => {
  it('says what a machine with nothing but Node lacks, and how to fix it', async () => {
    const report = await examine(bare, {
      PATH: onlyThese('nothing', { python3: '#!/bin/sh\necho "/old/python3 3 8"\n' }),
      // In two parts, so that nobody takes it for a secret of ours.
      HTTPS_PROXY: ['http://user', 'secret@127.0.0.1:9'].join(':'),
      SSL_CERT_FILE: '/nonexistent/company.pem',
      TMPDIR: '/nonexistent/tmp',
    });
    expect(report.code).toBe(1);
    expect(lacks(report, 'npm start')).toEqual(
      expect.arrayContaining(['npm', 'Python', 'proxy', 'authorities', 'npm registry']),
    );
    expect(finding(report, 'Python')).toMatchObject({ state: 'lacking', seen: 'only /old/python3 (3.8)' });
    expect(finding(report, 'temp folder')).toMatchObject({
      state: 'note',
      seen: '/nonexistent/tmp: it does not exist',
      remedy: `Nothing to do: ${path.join(bare, '.cache/tmp')} is used instead.`,
    });
    expect(finding(report, 'proxy')?.seen).toBe(
      '127.0.0.1:9, named by HTTPS_PROXY, takes no connection (ECONNREFUSED)',
    );
    for (const { state, remedy } of report.findings) if (state === 'lacking') expect(remedy).toMatch(/\.$/);
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it('tells an index that does not answer from packages that are there', async () => {
    const npm = `#!/bin/sh
case "$1" in --version) echo 11.0.0;; config) echo null;; *) echo "npm error code ECONNREFUSED connect ECONNREFUSED 127.0.0.1:9" >&2; exit 1;; esac
`;
    const python = `#!/bin/sh
case "$*" in
  *version_info*) echo "$0 3 12";;
  *"index versions"*) echo "ERROR: SSLError certificate verify failed: self-signed certificate"; exit 1;;
esac
`;
    const report = await examine(bare, { PATH: onlyThese('dead', { npm, python3: python }) });
    expect(finding(report, 'npm registry')).toMatchObject({
      state: 'lacking',
      seen: expect.stringMatching(
        /^asked for [a-z@/-]+@[\d.]+: the package index does not answer$/,
      ) as string,
    });
    expect(finding(report, 'Python index')).toMatchObject({
      state: 'lacking',
      seen: expect.stringContaining('certificate by an authority that is not known') as string,
      remedy: expect.stringContaining('pip config set global.cert') as string,
    });
    expect(finding(report, 'npm packages')?.seen).toMatch(/^\d+ to be installed by the first command$/);
  });

  it('knows what every command needs', async () => {
    const { scripts } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const report = await examine(PROJECT_ROOT, process.env);
    const known = report.commands.flatMap(({ name }) => name.replace(/^npm (run )?/, '').split(', '));
    // What asks, and what npm runs by itself.
    const others = ['doctor', 'prepare'];
    expect(
      Object.keys(scripts)
        .filter((script) => !others.includes(script))
        .sort(),
    ).toEqual(known.sort());
  });

  it('asks no network where everything is installed', async () => {
    const env = { ...process.env, HTTPS_PROXY: '', npm_config_registry: DEAD, PIP_INDEX_URL: DEAD };
    const report = await examine(PROJECT_ROOT, env);
    expect(finding(report, 'npm registry')?.seen).toBe('not needed: packages are installed');
    expect(lacks(report, 'npm run lint, format, build, synth, generate, new, simulate, bench, cost')).toEqual(
      [],
    );
    expect(report.findings.filter(({ seen }) => seen.includes('could not be looked at'))).toEqual([]);
  });
});
