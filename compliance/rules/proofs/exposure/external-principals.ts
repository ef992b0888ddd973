import { exampleValue } from '../iam/example';
import { contextOf, type Caller } from '../iam/request';
import type { Condition, Statement } from '../iam/statement';
import { FOREIGN_ACCOUNT } from '../iam/targets';

/** Two addresses of the Internet that no private or documentation range holds. */
const ADDRESSES = ['8.8.8.8', '151.101.1.69'];

/**
 * What a stranger carries under keys whose value he cannot choose; undefined: nothing. Whoever fulfils a condition on any
 * other key, a stranger can: he names his own tags, headers, formats and protocols.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const OF_A_STRANGER: Readonly<Record<string, string | undefined>> = {
  'aws:calledvia': undefined,
  'aws:calledviafirst': undefined,
  'aws:calledvialast': undefined,
  'aws:principalisawsservice': 'false',
  'aws:principalorgid': 'o-stranger000',
  'aws:principalorgpaths': 'o-stranger000/r-stranger/ou-stranger/',
  'aws:principalservicename': undefined,
  'aws:principalservicenameslist': undefined,
  'aws:sourceaccount': undefined,
  'aws:sourceowner': undefined,
  'aws:sourcearn': undefined,
  'aws:sourceorgid': undefined,
  'aws:sourceorgpaths': undefined,
  'aws:sourcevpc': 'vpc-stranger',
  'aws:sourcevpcarn': 'arn:aws:ec2:us-east-1:999999999999:vpc/vpc-stranger',
  'aws:sourcevpce': 'vpce-stranger',
  'aws:userid': 'AROASTRANGER000000000:stranger',
  'aws:viaawsservice': 'false',
  'aws:vpceaccount': FOREIGN_ACCOUNT,
  'aws:vpceorgid': 'o-stranger000',
  'aws:vpceorgpaths': 'o-stranger000/r-stranger/ou-stranger/',
  'cognito-identity.amazonaws.com:aud': 'us-east-1:stranger',
  'ec2:sourceinstancearn': undefined,
  'elasticfilesystem:accessedviamounttarget': undefined,
  'kms:calleraccount': FOREIGN_ACCOUNT,
  'lambda:eventsourcetoken': undefined,
  'lambda:sourcefunctionarn': undefined,
  's3:dataaccesspointaccount': FOREIGN_ACCOUNT,
  's3:dataaccesspointarn': `arn:aws:s3:us-east-1:${FOREIGN_ACCOUNT}:accesspoint/stranger`,
};
const OF_CALLER = ['aws:principalaccount', 'aws:principalarn', 'aws:principaltype', 'aws:username'];

/** Somebody outside who tries a statement. */
export interface ExternalPrincipal {
  readonly caller: Caller;
  /** Whom findings name. */
  readonly name: string;
  readonly context: ReadonlyMap<string, readonly string[]>;
}

/** Values under which the conditions hold, where whoever asks may choose them. */
const chosen = (conditions: readonly Condition[], fixed: (key: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    conditions
      .filter(({ key }) => !fixed(key))
      .map((condition) => [condition.key, exampleValue(condition)] as const)
      .filter((pair): pair is [string, string] => pair[1] !== undefined),
  );

/**
 * What a request of a stranger carries that a statement might ask for.
 * @param caller who signs it; nobody does when absent
 */
export function externalContext(
  conditions: readonly Condition[],
  caller: { readonly arn: string; readonly account: string } | undefined,
  address: string,
): ReadonlyMap<string, readonly string[]> {
  const fixed = (key: string): boolean =>
    Object.hasOwn(OF_A_STRANGER, key) || OF_CALLER.includes(key) || key === 'aws:sourceip';
  return contextOf({
    'aws:SecureTransport': 'true',
    'aws:SourceIp': address,
    's3:TlsVersion': '1.3',
    ...OF_A_STRANGER,
    ...(caller && {
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalArn': caller.arn,
      'aws:PrincipalAccount': caller.account,
    }),
    ...chosen(conditions, fixed),
  });
}

const administrator = (account: string) => ({
  arn: `arn:aws:iam::${account}:role/administrator`,
  account,
});

/** Anybody: unsigned, and signed by an account of which the policy has never heard. */
export const everybodyFor = ({ conditions }: Statement): ExternalPrincipal[] =>
  ADDRESSES.flatMap((address): ExternalPrincipal[] => {
    const stranger = administrator(FOREIGN_ACCOUNT);
    return [
      {
        caller: { kind: 'anonymous' },
        name: 'anybody, unsigned,',
        context: externalContext(conditions, undefined, address),
      },
      {
        caller: { kind: 'role', ...stranger },
        name: 'anybody with an AWS account',
        context: externalContext(conditions, stranger, address),
      },
    ];
  });

/** Whoever administers an account that the policy names. */
export const administratorFor = ({ conditions }: Statement, account: string): ExternalPrincipal => {
  const caller = administrator(account);
  return {
    caller: { kind: 'role', ...caller },
    name: `whoever administers account ${account}`,
    context: externalContext(
      conditions.filter(({ key }) => !isGuardOfTrust(key)),
      caller,
      ADDRESSES[0] ?? '',
    ),
  };
};

/** As {@link administratorFor}, of one who makes up what a trust asks for: a guard that anything fulfils guards nothing. */
export function impostorFor(statement: Statement, account: string): ExternalPrincipal {
  const external = administratorFor(statement, account);
  const guards = statement.conditions.filter(({ key }) => isGuardOfTrust(key));
  const madeUp = guards.map(({ key }) => [key, key.startsWith('aws:multifactorauth') ? 'false' : 'stranger']);
  return {
    ...external,
    context: new Map([
      ...external.context,
      ...contextOf(Object.fromEntries(madeUp) as Record<string, string>),
    ]),
  };
}

/** Keys by which a trust asks for more than the account: what only the right party knows, has or belongs to. */
const isGuardOfTrust = (key: string): boolean =>
  ['sts:externalid', 'aws:multifactorauthpresent', 'aws:multifactorauthage', 'sts:sourceidentity'].includes(
    key,
  ) || key.startsWith('aws:principaltag/');
