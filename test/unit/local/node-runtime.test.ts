import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import lockedNode from '../../../tools/requirements/node.json';
import { acceptNode, ensureNode, nodeIn } from '../../../tools/setup/node-runtime';
import { silentProgress } from '../../../tools/setup/progress';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { SetupError } from '../../../tools/setup/setup-error';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Leaves a trace when it is started. */
const STARTS = '#!/bin/sh\ntouch "$0.started"\n';
const FAILS = '#!/bin/sh\nexit 3\n';

describe('the locked Node', () => {
  let environment: string;
  let driver: string;
  const install = (binary: string) => writeFileSync(path.join(driver, 'node'), binary, { mode: 0o755 });

  beforeEach(() => {
    environment = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-node-'));
    driver = path.join(environment, 'lib/python3.12/site-packages/playwright/driver');
    mkdirSync(path.join(driver, 'package'), { recursive: true });
  });
  afterEach(() => rmSync(environment, { recursive: true, force: true }));

  it('lies where the wheel puts it', () => expect(nodeIn(environment)).toBe(path.join(driver, 'node')));

  it('is accepted, without the program that drives browsers', async () => {
    install(STARTS);
    await acceptNode(environment, sum(STARTS));
    expect(existsSync(path.join(driver, 'node.started'))).toBe(true);
    expect(existsSync(path.join(driver, 'package'))).toBe(false);
  });

  it('is refused with another sum, before it is started', async () => {
    install(STARTS);
    const refusal = acceptNode(environment, sum('another'));
    await expect(refusal).rejects.toThrow(SetupError);
    await expect(refusal).rejects.toThrow(`${sum(STARTS)}; locked is ${sum('another')}`);
    expect(existsSync(path.join(driver, 'node.started'))).toBe(false);
  });

  it('is refused when it does not start', async () => {
    install(FAILS);
    await expect(acceptNode(environment, sum(FAILS))).rejects.toThrow(/does not start here/);
  });
});

describe('which Node runs everything', () => {
  const running = (version: string, system: string) => ({ version, path: '/own/node', system });

  it.each(['24.0.0', '26.1.0'])("is the machine's own %s", async (version) =>
    expect(await ensureNode(silentProgress, running(version, 'plan9-mips'))).toBe('/own/node'),
  );

  it('is for the user to install where none is locked', () =>
    expect(ensureNode(silentProgress, running('20.19.0', 'win32-x64'))).rejects.toMatchObject({
      name: 'SetupError',
      message: expect.stringContaining('win32-x64') as string,
      nextStep: expect.stringContaining('Install Node.js 24') as string,
    }));

  it('has a major version that everybody names alike, and one wheel a system', () => {
    const [major] = lockedNode.version.split('.');
    expect(read('.nvmrc').trim()).toBe(major);
    expect(read('lib/constructs/functions/serverless-function.ts')).toContain(`NODEJS_${major}_X`);
    const wheels = read('tools/requirements/node.txt').match(/--hash=sha256:[0-9a-f]{64}/g);
    expect(wheels).toHaveLength(Object.keys(lockedNode.sha256).length);
  });
});
