import { GetResourcePolicyCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { send } from '../../../local/client/api-client';
import type { TestSystem } from './test-system';

const answerSchema = z.object({ Organization: z.object({ Id: z.string() }) });

/**
 * The emulator gives an account an organisation once it asks for it, with an id of its own choice: the policies of the
 * clients' secrets, which nobody outside the organisation may touch, get that id in place of the configured one.
 */
export async function joinOrganization({ aws }: TestSystem): Promise<void> {
  const { emulator, config, names, clients } = aws;
  const answer = await send(`${emulator.endpoint}/`, emulator.agent, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'AWSOrganizationsV20161128.DescribeOrganization',
      Authorization: `AWS4-HMAC-SHA256 Credential=test/20250101/${config.region}/organizations/aws4_request`,
    },
    body: '{}',
  });
  const { Id } = answerSchema.parse(answer.json()).Organization;
  for (const { id } of config.clients) {
    const SecretId = names.clientSecret(id);
    const { ResourcePolicy = '' } = await clients.secretsManager.send(
      new GetResourcePolicyCommand({ SecretId }),
    );
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
