import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { loadStageConfig } from '../../lib/config/load';
import { EVIDENCE_READER, Names } from '../../lib/names';
import type { Connection, Place } from '../../tools/aws/read-call';
import type { AccountAccess } from '../deployed/evaluate-account';
import { GateError, messageOf } from '../gate-error';

/** As long as one run may last. */
const SESSION_SECONDS = 3600;

type Credentials = NonNullable<Connection['credentials']>;

/** Credentials of a role, taken when they are first needed. */
function credentialsOf(sts: STSClient, RoleArn: string): Credentials {
  const take = async () => {
    const { Credentials: taken } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'evidence', DurationSeconds: SESSION_SECONDS }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = taken ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  };
  let taking: ReturnType<typeof take> | undefined;
  return () => (taking ??= take());
}

/**
 * The account of the caller is asked as the caller, every other one as a role there.
 * @param assume - its name, or `evidence-reader` for the stage's own; without one other accounts are not asked, which is a row of each of their stacks.
 * @throws GateError USAGE when there are no usable credentials.
 */
export async function accountAccess(stage: string, assume: string | undefined): Promise<AccountAccess> {
  const config = loadStageConfig(stage);
  const primary = config.region;
  const role = assume === EVIDENCE_READER ? new Names(config, primary).role(EVIDENCE_READER) : assume;
  const sts = new STSClient({ region: primary });
  let caller: string | undefined;
  try {
    caller = (await sts.send(new GetCallerIdentityCommand({}))).Account;
  } catch (error) {
    throw new GateError(
      'USAGE',
      `The account cannot be asked: ${messageOf(error)}\nSign in (aws sso login, or AWS_PROFILE) as somebody with the policies of --print-policy, and run it again.`,
    );
  }
  const own: Connection = {};
  const others = new Map<string, Connection>();
  const connect = (account: string, region: string): Place | { why: string } => {
    if (account === caller) return { account, region, connection: own };
    if (role === undefined)
      return {
        why: `the credentials are for account ${caller ?? 'unknown'}; name with --assume a role of ${account} that they may take, or run it with credentials of ${account}.`,
      };
    let connection = others.get(account);
    if (connection === undefined) {
      connection = { credentials: credentialsOf(sts, `arn:aws:iam::${account}:role/${role}`) };
      others.set(account, connection);
    }
    return { account, region, connection };
  };
  return { connect, clock: () => new Date() };
}
