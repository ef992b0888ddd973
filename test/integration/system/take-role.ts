import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Person } from '../../../lib/constructs/people/person-role';
import type { Credentials } from '../../../local/client/sign-request';
import { clientSettings } from '../../../local/emulator/clients';
import type { TestSystem } from './test-system';

/**
 * A session of one of the people's roles, with the role's own policies. Its trust policy wants a second factor, which
 * the emulator does not know: the test drops that condition first.
 */
export async function takeRole({ aws }: TestSystem, person: Person): Promise<Credentials> {
  const { names, config, emulator, clients } = aws;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${config.account}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  await clients.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: names.role(person),
      PolicyDocument: JSON.stringify(trust),
    }),
  );
  const { Credentials: session } = await new STSClient(clientSettings(emulator)).send(
    new AssumeRoleCommand({ RoleArn: names.roleArn(person), RoleSessionName: 'integration-test' }),
  );
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}
