import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { buildFunctions } from '../lambda/build';
import { loadStageConfig } from '../lib/config/load';
import { type StageConfig, type StageName, toldClients } from '../lib/config/schema';
import { createApp } from '../lib/create-app';
import { Names } from '../lib/names';
import { ApplicationStage } from '../lib/stages/application-stage';
import { type ApiKey, listApiKeys, writeApiKeyMap } from './deployer/api-keys';
import { deployAssembly, type Deployment } from './deployer/deploy';
import { findRestApiUrl } from './deployer/rest-api-url';
import { rootClients, type RootClients } from './emulator/clients';
import { type Emulator, startEmulator } from './emulator/emulator';
import { clearAwsSettings } from './emulator/clear-aws-settings';
import { type RekognitionEndpoint, startRekognitionEndpoint } from './rekognition/endpoint';
import { s3ObjectLoader } from './rekognition/s3-object-loader';
import { buildRuntimeLoop, runtimeEnvironment } from './runtime/prepare-runtime';
import { tryRuntime } from './runtime/try-runtime';
import type { Progress } from '../tools/setup/progress';
import { CACHE_DIRECTORY } from '../tools/setup/project-paths';
import { WebhookReceiver } from './receiver/webhook-receiver';
import { ensurePythonTool } from '../tools/setup/python-tools';

/** The whole system of the dev stage, running on this machine. */
export interface EmbeddedAws {
  readonly config: StageConfig;
  readonly names: Names;
  readonly emulator: Emulator;
  readonly clients: RootClients;
  readonly rekognition: RekognitionEndpoint;
  readonly deployment: Deployment;
  /** Stands where the servers of the clients would that are told. */
  readonly receiver: WebhookReceiver;
  /** `https://127.0.0.1:PORT/restapis/API-ID/STAGE/_user_request_`, without a slash at the end. */
  readonly apiUrl: string;
  /** The API key of each client of the configuration. */
  readonly apiKeys: ReadonlyMap<string, ApiKey>;
  /** Reads the API keys again, after one was made or removed. */
  refreshApiKeys(): Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedAwsOptions {
  progress: Progress;
  /** Calls a second that the Rekognition endpoint admits; unlimited when left out. */
  rekognitionTransactionsPerSecond?: number;
  /** Loopback port; a free one when left out. */
  port?: number;
  /** Takes the place of {@link buildFunctions}, where they are known to be bundled. */
  bundle?: () => Promise<unknown>;
  /** Takes the place of {@link synthesizeEmbedded}: to evaluate the templates before they are deployed, by throwing. */
  synthesize?: (stage: StageName, directory: string) => Promise<void> | void;
  /** Takes the place of our own small deployer. */
  deploy?: typeof deployAssembly;
}

/** Where the log of the last embedded AWS that did not do its work is kept. */
export const KEPT_LOG = join(CACHE_DIRECTORY, 'embedded-aws.log');

/** Keeps the emulator's log beyond its end. */
export async function keepLog(emulator: Emulator): Promise<void> {
  await mkdir(CACHE_DIRECTORY, { recursive: true });
  await writeFile(KEPT_LOG, await emulator.log());
}

/** The templates and assets of a stage, into a directory. */
export function synthesizeEmbedded(stage: StageName, directory: string): void {
  const app = createApp({
    outdir: directory,
    builtinCloudFormationValidation: false,
    // As the CDK's command line synthesizes: what it deploys later must not differ. Nobody reads where each construct was made.
    context: {
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:disable-creation-stack-traces': true,
    },
  });
  new ApplicationStage(app, loadStageConfig(stage));
  app.synth();
}

async function startRekognition(
  options: EmbeddedAwsOptions,
  clients: () => RootClients | undefined,
): Promise<RekognitionEndpoint> {
  const rate = options.rekognitionTransactionsPerSecond;
  return startRekognitionEndpoint({
    progress: options.progress,
    // Functions name objects only once the emulator is up.
    loadObject: (reference, mostBytes) => {
      const s3 = clients()?.s3;
      return s3 ? s3ObjectLoader(s3)(reference, mostBytes) : Promise.resolve('unreadable');
    },
    ...(rate === undefined ? {} : { transactionsPerSecond: rate }),
  });
}

/** The hosts of the addresses that are told; here they all lead to one receiver. */
const receiversOf = (config: StageConfig, port: number): Record<string, number> =>
  Object.fromEntries(toldClients(config).map(({ webhook }) => [new URL(webhook.address).hostname, port]));

/** Which configured client holds which enabled API key: the parameter of a key's id names its client. */
async function keysByClient(
  clients: RootClients,
  { clientParameterPrefix }: Names,
  keys: readonly ApiKey[],
): Promise<Map<string, ApiKey>> {
  const { Parameters = [] } = await clients.ssm.send(
    new GetParametersByPathCommand({ Path: clientParameterPrefix }),
  );
  const clientOfKey = new Map(
    Parameters.map(({ Name = '', Value = '' }) => [Name.slice(clientParameterPrefix.length + 1), Value]),
  );
  return new Map(
    keys.flatMap((key) =>
      key.enabled && clientOfKey.has(key.id) ? [[clientOfKey.get(key.id) ?? '', key]] : [],
    ),
  );
}

/**
 * Builds, synthesizes and deploys the dev stage on this machine.
 * @throws SetupError, EmulatorError or DeploymentError; nothing is left running then
 */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const { progress } = options;
  const config = loadStageConfig('dev');
  const names = new Names(config, config.region);
  clearAwsSettings(process.env);
  await tryRuntime(tmpdir());
  const tool = await ensurePythonTool('ministack', { progress });
  await progress.step('function bundles', options.bundle ?? buildFunctions);
  let clients: RootClients | undefined;
  const rekognition = await progress.step('vision model', () => startRekognition(options, () => clients));
  let emulator: Emulator | undefined;
  const receiver = await WebhookReceiver.listen();
  try {
    emulator = await progress.step('embedded AWS up, authorization and TLS enforced', () =>
      startEmulator({
        tool,
        account: config.account,
        region: config.region,
        port: options.port,
        environment: (directory) => ({
          ...runtimeEnvironment(directory),
          AWS_ENDPOINT_URL_REKOGNITION: rekognition.url,
          SERVERLESSAPP_RECEIVERS: JSON.stringify(receiversOf(config, receiver.port)),
        }),
      }),
    );
    const { directory } = emulator;
    await receiver.certify(emulator);
    await buildRuntimeLoop(directory);
    clients = rootClients(emulator);
    const running = { emulator, clients };
    const outdir = join(directory, 'cdk.out');
    await (options.synthesize ?? synthesizeEmbedded)(config.stage, outdir);
    const deployment = await progress.step('deployed by CloudFormation', () =>
      (options.deploy ?? deployAssembly)(running.emulator, running.clients, {
        assembly: new CloudAssembly(outdir),
        inVpcRoleArns: names.functionRoleArns,
      }),
    );
    const apiKeys = new Map<string, ApiKey>();
    const refreshApiKeys = async (): Promise<void> => {
      const keys = await listApiKeys(running.clients.apiGateway);
      await writeApiKeyMap(runtimeEnvironment(directory).SERVERLESSAPP_API_KEYS, keys);
      apiKeys.clear();
      for (const [client, key] of await keysByClient(running.clients, names, keys)) apiKeys.set(client, key);
    };
    await refreshApiKeys();
    return {
      config,
      names,
      ...running,
      rekognition,
      receiver,
      deployment,
      apiUrl: await findRestApiUrl(running.emulator, running.clients.apiGateway, names.restApi),
      apiKeys,
      refreshApiKeys,
      async stop() {
        await Promise.all([running.emulator.stop(), rekognition.close(), receiver.close()]);
      },
    };
  } catch (error) {
    if (emulator) await keepLog(emulator);
    await Promise.all([emulator?.stop(), rekognition.close(), receiver.close()]);
    throw error;
  }
}
