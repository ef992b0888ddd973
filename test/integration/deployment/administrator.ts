import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '../../../tools/client/sign-request';
import type { EmbeddedAws } from '../../../local/embedded-aws';
import { clientSettings } from '../../../local/emulator/clients';

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

/** The trust of a role that anybody of the account may take whose own policy lets him. */
export const trustOfAccount = (account: string): string =>
  policy({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' });

/** A session of who administers the account and has no part in the application: unlike root, perimeters bind it. */
export async function takeAdministrator({ clients, config, emulator }: EmbeddedAws): Promise<Credentials> {
  const RoleName = 'administrator';
  const { Role } = await clients.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: trustOfAccount(config.account),
    }),
  );
  await clients.iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: RoleName,
      PolicyDocument: policy({ Action: '*', Resource: '*' }),
    }),
  );
  const { Credentials: session } = await new STSClient(clientSettings(emulator)).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'integration-test' }),
  );
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}
