import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PythonTool } from '../../tools/setup/python-tools';
import { systemEnvironment } from '../runtime/system-environment';
import { createCertificate } from './certificate';
import { isHealthy } from './health';
import { freeLoopbackPort, loopbackAgent } from './loopback';
import { usablePort } from './usable-port';
import { startSupervised } from './supervised-process';
import { endOf } from '../../lambda/domain/cut-text';

/** The emulator's root identity: it answers to nothing but this machine. */
export const ROOT_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

const START_TIMEOUT_MILLISECONDS = 30_000;
const START_ATTEMPTS = 3;
const LOG_TAIL_CHARACTERS = 3000;
/** MiniStack, with what it leaves out and this system needs. */
const MINISTACK = join(__dirname, 'start.py');

export interface EmulatorOptions {
  tool: PythonTool;
  account: string;
  region: string;
  /** Loopback port; a free one when undefined. */
  port?: number | undefined;
  /** More variables for the emulator, and thereby for the functions it runs; given its working directory. */
  environment?: (directory: string) => Record<string, string>;
}

/** The embedded AWS, up and answering. */
export interface Emulator {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly account: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly agent: Agent;
  /** Removed with everything in it when the emulator stops. */
  readonly directory: string;
  /** Settles when the emulator ends without having been asked to. */
  readonly ended: Promise<string>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** The embedded AWS did not come up, or went away. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
}

/** Everything the emulator may know: no credentials, proxies or settings of the user reach it or the functions. */
function scrubbedEnvironment(
  options: EmulatorOptions,
  at: { directory: string; port: number; certificateFile: string; keyFile: string },
): Record<string, string> {
  const endpoint = `https://localhost:${at.port}`;
  return {
    ...systemEnvironment(),
    HOME: at.directory,
    // The modules beside its start are ours: nothing is written among them.
    PYTHONDONTWRITEBYTECODE: '1',
    TMPDIR: at.directory,
    STATE_DIR: join(at.directory, 'state'),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(at.port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: at.certificateFile,
    MINISTACK_SSL_KEY: at.keyFile,
    MINISTACK_ACCOUNT_ID: options.account,
    MINISTACK_REGION: options.region,
    CLOUDTRAIL_RECORDING: '1',
    CLOUDTRAIL_MAX_EVENTS: '200000',
    AWS_ENDPOINT_URL: endpoint,
    // By address, so that upload forms lead to where every client gets, not only those that know names below localhost.
    AWS_ENDPOINT_URL_S3: `https://127.0.0.1:${at.port}`,
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_EXTRA_CA_CERTS: at.certificateFile,
    ...options.environment?.(at.directory),
  };
}

async function startOnce(options: EmulatorOptions): Promise<Emulator> {
  const port = options.port === undefined ? await freeLoopbackPort() : await usablePort(options.port);
  const directory = await mkdtemp(join(tmpdir(), 'serverlessapp-'));
  const logFile = join(directory, 'emulator.log');
  const { certificateFile, keyFile, pem } = await createCertificate(directory, options.account);
  await mkdir(join(directory, 'state'));
  const agent = loopbackAgent(pem);
  const supervised = startSupervised([options.tool.python, MINISTACK], {
    directory,
    logFile,
    env: scrubbedEnvironment(options, { directory, port, certificateFile, keyFile }),
  });
  const log = () => readFile(logFile, 'utf8').catch(() => '');
  const emulator: Emulator = {
    endpoint: `https://localhost:${port}`,
    port,
    region: options.region,
    account: options.account,
    certificateFile,
    keyFile,
    agent,
    directory,
    ended: supervised.ended,
    log,
    async stop() {
      agent.destroy();
      await supervised.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  let end: string | undefined;
  void supervised.ended.then((how) => (end = how));
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS;
  while (!(await isHealthy(port, agent))) {
    if (end !== undefined || Date.now() > deadline) {
      const tail = endOf(await log(), LOG_TAIL_CHARACTERS);
      await emulator.stop();
      throw new EmulatorError(`The embedded AWS did not start (${end ?? 'no answer in time'}):\n${tail}`);
    }
    await delay(50);
  }
  return emulator;
}

/**
 * Starts MiniStack on a free loopback port with authorization and TLS enforced, and waits until it answers.
 * @throws EmulatorError with the end of its log when it does not come up; SetupError when the chosen port is not to be had
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Somebody else may have taken the port in the moment between finding and using it.
      const portTaken = error instanceof EmulatorError && error.message.includes('already in use');
      if (!portTaken || options.port !== undefined || attempt === START_ATTEMPTS) throw error;
    }
  }
}
