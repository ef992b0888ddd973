import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '../../../local/client/sign-request';
import { clientSettings } from '../../../local/emulator/clients';
import type { TestSystem } from './test-system';

/**
 * Lets the account's root take a role of the stage. Its own trust policy wants a second factor, another account or an AWS
 * service, none of which the emulator knows; what the role may do stays as it is.
 * @param purpose as in its name
 */
export async function openTrust({ aws }: TestSystem, purpose: string): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${aws.config.account}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  await aws.clients.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: aws.names.role(purpose),
      PolicyDocument: JSON.stringify(trust),
    }),
  );
}

/** A session of a role of the stage, with the role's own policies. */
export async function takeRole(system: TestSystem, purpose: string): Promise<Credentials> {
  const { names, emulator } = system.aws;
  await openTrust(system, purpose);
  const { Credentials: session } = await new STSClient(clientSettings(emulator)).send(
    new AssumeRoleCommand({ RoleArn: names.roleArn(purpose), RoleSessionName: 'integration-test' }),
  );
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}
