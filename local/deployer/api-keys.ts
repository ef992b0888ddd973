import { type APIGatewayClient, paginateGetApiKeys } from '@aws-sdk/client-api-gateway';
import { writeFile } from 'node:fs/promises';

export interface ApiKey {
  id: string;
  name: string;
  value: string;
}

/** All API keys of the account, with their values. */
export async function listApiKeys(client: APIGatewayClient): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  for await (const { items = [] } of paginateGetApiKeys({ client }, { includeValues: true })) {
    for (const { id = '', name = '', value = '' } of items) keys.push({ id, name, value });
  }
  return keys;
}

/** Writes the map from which the runtime loop takes `requestContext.identity.apiKeyId`. */
export async function writeApiKeyMap(file: string, keys: readonly ApiKey[]): Promise<void> {
  await writeFile(file, JSON.stringify(Object.fromEntries(keys.map(({ value, id }) => [value, id]))), {
    mode: 0o600,
  });
}
