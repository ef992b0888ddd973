import { APIGatewayClient, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { StageConfig } from '../../lib/config/schema';
import type { Names } from '../../lib/names';
import { ApiClient } from '../../local/client/api-client';
import type { Connection } from './context';

/** The client of the configuration could not be played: it has no key, or there is no API. */
export class SyntheticClientError extends Error {
  override readonly name = 'SyntheticClientError';
}

/** What the rotation stores; its first run follows the first deployment. */
const secretSchema = z.object({ apiKey: z.string().min(1) });
const WAIT_FOR_KEY_MILLISECONDS = 300_000;
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

async function apiKeyOf(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const deadline = Date.now() + WAIT_FOR_KEY_MILLISECONDS;
  for (;;) {
    try {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return secretSchema.parse(JSON.parse(SecretString)).apiKey;
    } catch (error) {
      const absent = error instanceof Error && error.name === 'ResourceNotFoundException';
      if (!absent) throw error;
      if (Date.now() > deadline) throw new SyntheticClientError(`${SecretId} holds no API key yet.`);
      await delay(PAUSE_MILLISECONDS);
    }
  }
}

async function apiIdOf(client: APIGatewayClient, name: string): Promise<string> {
  for await (const { items = [] } of paginateGetRestApis({ client }, {})) {
    const id = items.find((api) => api.name === name)?.id;
    if (id !== undefined) return id;
  }
  throw new SyntheticClientError(`There is no REST API named ${name}.`);
}

/**
 * A client of the public API of a stage, as the synthetic client of its configuration, whose key comes from its secret.
 * @param role - purpose of the stage's role to take first; the environment's credentials when left out
 * @throws SyntheticClientError
 */
export async function syntheticClient(config: StageConfig, names: Names, role?: string): Promise<ApiClient> {
  const { region } = config;
  const connection = role === undefined ? {} : await assume(names.roleArn(role), region);
  const settings = { region, ...connection } as { region: string };
  const [apiKey, apiId] = await Promise.all([
    apiKeyOf(new SecretsManagerClient(settings), names.clientSecret(config.syntheticClient)),
    apiIdOf(new APIGatewayClient(settings), names.restApi),
  ]);
  return new ApiClient(
    `https://${apiId}.execute-api.${region}.amazonaws.com/${config.stage}`,
    apiKey,
    new Agent({ keepAlive: true }),
  );
}
