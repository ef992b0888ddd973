import { type APIGatewayClient, paginateGetApiKeys } from '@aws-sdk/client-api-gateway';
import { writeFile } from 'node:fs/promises';

export interface ApiKey {
  id: string;
  name: string;
  value: string;
  enabled: boolean;
}

/** All API keys of the account, with their values. */
export async function listApiKeys(client: APIGatewayClient): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  for await (const { items = [] } of paginateGetApiKeys({ client }, { includeValues: true })) {
    for (const { id = '', name = '', value = '', enabled } of items)
      // After an update the emulator answers with the text of the patch.
      keys.push({ id, name, value, enabled: String(enabled) === 'true' });
  }
  return keys;
}

/** Writes the map from which the runtime loop takes `requestContext.identity.apiKeyId`. */
export async function writeApiKeyMap(file: string, keys: readonly ApiKey[]): Promise<void> {
  await writeFile(file, JSON.stringify(Object.fromEntries(keys.map(({ value, id }) => [value, id]))), {
    mode: 0o600,
  });
}
