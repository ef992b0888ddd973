import { APIGatewayClient, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { StageConfig } from '../../lib/config/schema';
import type { Names } from '../../lib/names';
import { ApiClient } from '../../tools/client/api-client';
import type { Connection } from './context';

/** The client of the configuration could not be played: it has no key that works, or there is no API. */
export class SyntheticClientError extends Error {
  override readonly name = 'SyntheticClientError';
}

export interface SyntheticClientOptions {
  /** Purpose of the stage's role to take first; the environment's credentials when left out. */
  readonly assume?: string | undefined;
  /** Where the API is, when it has a domain of its own; else its default address is looked up. */
  readonly apiUrl?: string | undefined;
  /** How long to wait for a key that works: the first rotation follows the deployment, and API Gateway takes its time. */
  readonly waitSeconds: number;
}

/** What the rotation stores. */
const secretSchema = z.object({ apiKey: z.string().min(1) });
const PAUSE_MILLISECONDS = 5_000;

/** Credentials of a role of the stage. */
async function assume(roleArn: string, region: string): Promise<Connection> {
  const { Credentials } = await new STSClient({ region }).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'send-pictures' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  };
}

/** The stored key, or undefined while there is none. */
async function storedKey(client: SecretsManagerClient, SecretId: string): Promise<string | undefined> {
  let text: string | undefined;
  try {
    text = (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
  }
  if (!text) return undefined;
  try {
    return secretSchema.parse(JSON.parse(text)).apiKey;
  } catch {
    throw new SyntheticClientError(`${SecretId} does not hold what the rotation stores.`);
  }
}

async function apiIdOf(client: APIGatewayClient, name: string): Promise<string> {
  for await (const { items = [] } of paginateGetRestApis({ client }, {})) {
    const id = items.find((api) => api.name === name)?.id;
    if (id !== undefined) return id;
  }
  throw new SyntheticClientError(`There is no REST API named ${name}.`);
}

/** The default address of a stage's API. @throws SyntheticClientError when there is none of that name */
export const findApiUrl = async (
  client: APIGatewayClient,
  config: StageConfig,
  names: Names,
): Promise<string> =>
  `https://${await apiIdOf(client, names.restApi)}.execute-api.${config.region}.amazonaws.com/${config.stage}`;

/**
 * A client of the public API of a stage, as the synthetic client of its configuration, whose key comes from its secret and
 * was tried once.
 * @throws SyntheticClientError
 */
export async function syntheticClient(
  config: StageConfig,
  names: Names,
  options: SyntheticClientOptions,
): Promise<ApiClient> {
  const { region } = config;
  const connection = options.assume === undefined ? {} : await assume(names.roleArn(options.assume), region);
  const settings = { region, ...connection } as { region: string };
  const secrets = new SecretsManagerClient(settings);
  const secret = names.clientSecret(config.syntheticClient);
  const apiUrl = options.apiUrl ?? (await findApiUrl(new APIGatewayClient(settings), config, names));
  const agent = new Agent({ keepAlive: true });
  const deadline = Date.now() + options.waitSeconds * 1000;
  for (;;) {
    const key = await storedKey(secrets, secret);
    const api = new ApiClient(apiUrl, key ?? '', agent);
    const isRefused =
      key !== undefined && [401, 403].includes((await api.callPatiently('/images?limit=1', deadline)).status);
    if (key !== undefined && !isRefused) return api;
    if (Date.now() >= deadline)
      throw new SyntheticClientError(
        isRefused ? `${apiUrl} refuses the API key in ${secret}.` : `${secret} holds no API key yet.`,
      );
    await delay(Math.min(PAUSE_MILLISECONDS, deadline - Date.now()));
  }
}
