import { type APIGatewayClient, GetRestApisCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import type { Emulator } from '../emulator/emulator';
import { DeploymentError } from './create-stack';

/**
 * The invoke URL of a REST API's only stage, by address and path: names below `localhost`, which it would have as in AWS,
 * are known to curl and browsers, but not to what Python, Node or Java ask.
 * @throws DeploymentError when there is no such API or stage
 */
export async function findRestApiUrl(
  { port }: Emulator,
  client: APIGatewayClient,
  name: string,
): Promise<string> {
  const { items: apis = [] } = await client.send(new GetRestApisCommand({ limit: 500 }));
  const restApiId = apis.find((api) => api.name === name)?.id;
  if (restApiId === undefined) throw new DeploymentError(`There is no REST API named ${name}.`);
  const { item: stages = [] } = await client.send(new GetStagesCommand({ restApiId }));
  const stageName = stages[0]?.stageName;
  if (stageName === undefined) throw new DeploymentError(`The REST API ${name} has no stage.`);
  return `https://127.0.0.1:${port}/restapis/${restApiId}/${stageName}/_user_request_`;
}
