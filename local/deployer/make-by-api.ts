import { PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import type { RootClients } from '../emulator/clients';
import { DeploymentError } from './create-stack';
import type { MadeByApi } from './transformation';
import { ownerOutput } from './transformations/made-by-api';

type Maker = (
  clients: RootClients,
  owner: string,
  properties: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

const MAKERS: Readonly<Record<string, Maker>> = {
  'AWS::SecretsManager::ResourcePolicy': ({ secretsManager }, SecretId, properties) =>
    secretsManager.send(
      new PutResourcePolicyCommand({
        SecretId,
        ResourcePolicy: JSON.stringify(properties['ResourcePolicy']),
      }),
    ),
};

/**
 * Makes a stack's resources that only their own APIs know, in the order of the template.
 * @throws DeploymentError naming the resource and the reason
 */
export async function makeByApi(
  clients: RootClients,
  resources: readonly MadeByApi[],
  outputs: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { logicalId, resource } of resources) {
    const owner = outputs.get(ownerOutput(logicalId)) ?? '';
    try {
      await MAKERS[resource.Type]?.(clients, owner, resource.Properties ?? {});
    } catch (error) {
      throw new DeploymentError(`${logicalId} (${resource.Type}): ${String(error)}`);
    }
  }
}
