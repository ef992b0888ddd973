import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { EmbeddedAws } from '../embedded-aws';
import { clientSettings } from '../emulator/clients';
import type { Credentials } from '../../tools/client/sign-request';

interface Running {
  readonly aws: EmbeddedAws;
}

/**
 * Lets the account's root take a role of the stage. Its own trust policy wants a second factor, another account or an AWS
 * service, none of which the emulator knows; what the role may do stays as it is.
 * @param purpose as in its name
 */
export async function openTrust({ aws }: Running, purpose: string): Promise<void> {
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

/** A session of a role of the stage, with the role's own policies. @param person - whom the session is called after */
export async function takeRole(
  { aws }: Running,
  purpose: string,
  person = 'embedded-aws',
): Promise<Credentials> {
  await openTrust({ aws }, purpose);
  const { Credentials: session } = await new STSClient(clientSettings(aws.emulator)).send(
    new AssumeRoleCommand({ RoleArn: aws.names.roleArn(purpose), RoleSessionName: person }),
  );
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}
