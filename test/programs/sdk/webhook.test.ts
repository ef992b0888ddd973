import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { webhookHeaders } from '../../../lambda/domain/webhook-signature';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { verifyWebhook, WebhookError } from '../../../tools/sdk/src/webhook';

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;
const SECRET = secretOf(1);
const ID = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';
const body = JSON.stringify({
  type: 'image.completed',
  timestamp: '2026-01-01T00:00:00Z',
  data: { imageId: ID, link: `/images/${ID}`, category: 'cat' },
});
const seconds = (offset = 0): number => Math.floor(Date.now() / 1000) + offset;
const signed = (secrets: string[], offset = 0, id = 'msg_1') =>
  webhookHeaders(secrets, { id, timestamp: seconds(offset), body });

describe('the check of the SDK', () => {
  it('reads what was signed, by one secret or by the other of two', async () => {
    const event = await verifyWebhook(SECRET, signed([SECRET]), Buffer.from(body));
    expect(event).toEqual(JSON.parse(body));
    for (const secret of [SECRET, secretOf(2)])
      await expect(verifyWebhook(secret, signed([SECRET, secretOf(2)]), body)).resolves.toEqual(event);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['another body', SECRET, signed([SECRET]), `${body} `],
    ['another secret', secretOf(3), signed([SECRET]), body],
    ['a replay', SECRET, signed([SECRET], -400), body],
    ['the future', SECRET, signed([SECRET], 400), body],
    ['another id', SECRET, { ...signed([SECRET]), 'webhook-id': 'msg_2' }, body],
    ['another time', SECRET, { ...signed([SECRET]), 'webhook-timestamp': String(seconds(-1)) }, body],
    ['no headers', SECRET, {}, body],
    ['a secret that is none', 'secret', signed([SECRET]), body],
    ['what is no signature', SECRET, { ...signed([SECRET]), 'webhook-signature': 'v1,% v2,abc' }, body],
  ])('refuses %s', async (_what, secret, headers, text) => {
    await expect(verifyWebhook(secret, headers, text)).rejects.toThrow(WebhookError);
  });
});

const example = (name: string): string => path.join(PROJECT_ROOT, 'tools', 'sdk', 'examples', name);
const hasJava = (): boolean => {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The example and the SDK as whoever installs them has them: as JavaScript, the SDK by its name. */
const inTypeScript = (folder: string): string => {
  const sdk = path.join(PROJECT_ROOT, 'tools', 'sdk');
  const installed = path.join(folder, 'node_modules', 'serverlessapp-pictures');
  const compile = (from: string, to: string): void =>
    writeFileSync(
      to,
      transpileModule(readFileSync(from, 'utf8'), {
        compilerOptions: {
          target: ScriptTarget.ES2022,
          module: ModuleKind.ESNext,
          rewriteRelativeImportExtensions: true,
        },
      }).outputText,
    );
  mkdirSync(path.join(installed, 'dist'), { recursive: true });
  copyFileSync(path.join(sdk, 'package.json'), path.join(installed, 'package.json'));
  for (const file of readdirSync(path.join(sdk, 'src')))
    compile(path.join(sdk, 'src', file), path.join(installed, 'dist', file.replace('.ts', '.js')));
  const program = path.join(folder, 'receive.mjs');
  compile(example('receive.mts'), program);
  return program;
};

describe.each<[string, (folder: string) => string[]]>([
  ['TypeScript', (folder) => [process.execPath, inTypeScript(folder)]],
  ['Python', () => ['python3', example('receive.py')]],
  // The runner of this project's tests need not have Java; whoever builds it in CI does.
  ...(hasJava() ? [['Java', () => ['java', example('Receive.java')]] as [string, () => string[]]] : []),
])('the receiver in %s', (_language, commandIn) => {
  let child: ChildProcess;
  let url = '';
  const lines: string[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'receiver-'));
  beforeAll(async () => {
    const [program = '', ...parameters] = commandIn(folder);
    const started = spawn(program, parameters, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, SECRET, PORT: '0', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    const output = createInterface({ input: started.stdout });
    const [first] = (await once(output, 'line')) as [string];
    output.on('line', (line) => lines.push(line));
    url = `http://127.0.0.1:${/(\d+)\D*$/.exec(first)?.[1]}/`;
  }, 60_000);
  afterAll(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const post = async (headers: Record<string, string>, text = body): Promise<number> =>
    (await fetch(url, { method: 'POST', headers, body: text })).status;
  /** As AWS sends. */
  const postChunks = async (headers: Record<string, string>): Promise<number> => {
    const stream = new Blob([body.slice(0, 20), body.slice(20)]).stream();
    return (await fetch(url, { method: 'POST', headers, body: stream, duplex: 'half' })).status;
  };

  it('takes a message once, and refuses what is not of the API', async () => {
    expect(await post(signed([secretOf(2), SECRET]))).toBe(204);
    expect(await post(signed([SECRET]))).toBe(204);
    expect(await post(signed([SECRET], 0, 'msg_2'))).toBe(204);
    expect(await post(signed([SECRET]), `${body} `)).toBe(401);
    expect(await post(signed([secretOf(2)]))).toBe(401);
    expect(await post(signed([SECRET], -600))).toBe(401);
    expect(await post({})).toBe(401);
    expect(await postChunks(signed([SECRET], 0, 'msg_3'))).toBe(204);
    // A line may be on its way when the answer is here.
    for (let waits = 0; lines.length < 3 && waits < 100; waits += 1) await delay(20);
    expect(lines).toEqual(Array(3).fill(`image.completed ${ID}`));
  });
});
