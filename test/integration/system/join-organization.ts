import { GetResourcePolicyCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { askService } from './ask-service';
import type { TestSystem } from './test-system';

const answerSchema = z.object({ Organization: z.object({ Id: z.string() }) });

/**
 * The emulator gives an account an organisation once it asks for it, with an id of its own choice: the policies of the
 * clients' secrets, which nobody outside the organisation may touch, get that id in place of the configured one.
 */
export async function joinOrganization(system: TestSystem): Promise<void> {
  const { config, names, clients } = system.aws;
  const answer = await askService(
    system,
    'organizations',
    'AWSOrganizationsV20161128.DescribeOrganization',
    {},
  );
  const { Id } = answerSchema.parse(answer).Organization;
  for (const { id } of config.clients) {
    const SecretId = names.clientSecret(id);
    const { ResourcePolicy = '' } = await clients.secretsManager.send(
      new GetResourcePolicyCommand({ SecretId }),
    );
    // By an earlier case.
    if (ResourcePolicy.includes(Id)) continue;
    if (!ResourcePolicy.includes(config.organizationId))
      throw new Error(`${SecretId} names no organisation.`);
    await clients.secretsManager.send(
      new PutResourcePolicyCommand({
        SecretId,
        ResourcePolicy: ResourcePolicy.replaceAll(config.organizationId, Id),
      }),
    );
  }
}
