import { DeleteApiKeyCommand, paginateGetUsagePlanKeys } from '@aws-sdk/client-api-gateway';
import { DeleteParametersCommand } from '@aws-sdk/client-ssm';
import type { DestroyContext } from './context';

/**
 * Deletes a plan's API keys and the parameters that name their clients. Rotation makes new ones that no stack knows, and
 * keeps the old ones disabled in their plan; see lib/rotation.
 * @returns what was done, in a few words
 */
export async function emptyUsagePlan(
  { apiGateway, ssm, clientParameterPrefix }: DestroyContext,
  usagePlanId: string,
): Promise<string> {
  const keys: string[] = [];
  for await (const { items = [] } of paginateGetUsagePlanKeys({ client: apiGateway }, { usagePlanId }))
    keys.push(...items.flatMap(({ id }) => id ?? []));
  for (const apiKey of keys) {
    await apiGateway.send(new DeleteApiKeyCommand({ apiKey }));
    // Of a name that there is not it says so and does not fail.
    await ssm.send(new DeleteParametersCommand({ Names: [`${clientParameterPrefix}/${apiKey}`] }));
  }
  return `emptied of ${keys.length} API keys`;
}
