import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { bootstrapRoleArn } from '../../../../lib/names';
import type { AccountPolicies } from '../iam/account-policies';
import { dig, listOf } from '../model/dig';
import { joined, parsePolicy, type Statement } from '../iam/statement';

/** A role that `cdk bootstrap` makes, with whoever may take it. */
export interface BootstrapRole {
  readonly purpose: 'deploy' | 'file-publishing' | 'cfn-exec';
  readonly arn: string;
  readonly account: string;
  readonly identity: readonly Statement[];
  readonly trust: readonly Statement[];
}

/** The stack `CDKToolkit`, word for word as the CDK's command line brings it. */
const TEMPLATE = path.join(
  path.dirname(require.resolve('aws-cdk/package.json')),
  'lib/api/bootstrap/bootstrap-template.yaml',
);
const QUALIFIER = 'hnb659fds';

let read: unknown;
const template = (): unknown => {
  read ??= parse(readFileSync(TEMPLATE, 'utf8'));
  return read;
};

interface Place {
  readonly account: string;
  readonly region: string;
  /** Account that the bootstrap trusts; undefined where it trusts no other. */
  readonly trusted: string | undefined;
}

const GONE = Symbol('AWS::NoValue');

/** The values that the runbook's bootstrap gives the template: its own key, no external id asked, the delivery account trusted. */
function resolve(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, place)).filter((each) => each !== GONE);
  if (typeof value !== 'object' || value === null) return value;
  const [key, argument] = Object.entries(value)[0] ?? [];
  if (key === 'Ref') {
    const known: Record<string, unknown> = {
      'AWS::AccountId': place.account,
      'AWS::Region': place.region,
      'AWS::Partition': 'aws',
      'AWS::NoValue': GONE,
      TrustedAccounts: place.trusted,
    };
    return known[String(argument)] ?? `any-${String(argument)}`;
  }
  if (key === 'Fn::If') {
    const [condition, yes, no] = argument as [string, unknown, unknown];
    const holds =
      condition === 'ShouldDenyExternalId' ||
      (condition === 'HasTrustedAccounts' && place.trusted !== undefined);
    return resolve(holds ? yes : no, place);
  }
  if (key === 'Fn::Sub') {
    return String(argument)
      .replaceAll('${AWS::Partition}', 'aws')
      .replaceAll('${AWS::Region}', place.region)
      .replaceAll('${AWS::AccountId}', place.account)
      .replaceAll(
        '${CloudFormationExecutionRole.Arn}',
        bootstrapRoleArn('cfn-exec', place.account, place.region),
      )
      .replaceAll(
        '${StagingBucket.Arn}',
        `arn:aws:s3:::cdk-${QUALIFIER}-assets-${place.account}-${place.region}`,
      )
      .replaceAll(
        '${ContainerAssetsRepository.Arn}',
        `arn:aws:ecr:${place.region}:${place.account}:repository/cdk-${QUALIFIER}-container-assets-${place.account}-${place.region}`,
      )
      .replaceAll('${Qualifier}', QUALIFIER)
      .replaceAll('${FileAssetsBucketKmsKeyId}', 'bootstrap')
      .replaceAll('${CdkBootstrapVersion}', `/cdk-bootstrap/${QUALIFIER}/version`);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, resolve(each, place)] as const)
      .filter(([, each]) => each !== GONE),
  );
}

const MADE = [
  ['deploy', 'DeploymentActionRole', undefined],
  ['file-publishing', 'FilePublishingRole', 'FilePublishingRoleDefaultPolicy'],
  ['cfn-exec', 'CloudFormationExecutionRole', undefined],
] as const;

/** The roles of the bootstrap in one account and region, as the runbook makes them. @param trusted the account of the pipeline */
export function bootstrapRoles(
  deployer: AccountPolicies['deployer'],
  region: string,
  trusted: string,
): BootstrapRole[] {
  const { account } = deployer;
  const place = { account, region, trusted };
  const properties = (logicalId: string): unknown =>
    resolve(dig(template(), 'Resources', logicalId, 'Properties'), place);
  return MADE.map(([purpose, role, policy]) => {
    const where = `CDKToolkit/${role}`;
    const body = properties(role);
    const inline = listOf(dig(body, 'Policies')).map((each) => dig(each, 'PolicyDocument'));
    const attached = policy === undefined ? [] : [dig(properties(policy), 'PolicyDocument')];
    return {
      purpose,
      arn: bootstrapRoleArn(purpose, account, region),
      account,
      identity:
        purpose === 'cfn-exec'
          ? deployer.identity
          : joined([...inline, ...attached].map((document) => parsePolicy(document, where))),
      trust: parsePolicy(dig(body, 'AssumeRolePolicyDocument'), where),
    };
  });
}

/** What a role of the stack holds, as the runbook makes it. */
export interface BootstrapDocuments {
  readonly trust: unknown;
  /** ARNs; of CloudFormation's role those that the bootstrap is given. */
  readonly attached: readonly string[];
  /** By their names. */
  readonly inline: Readonly<Record<string, unknown>>;
}

/** @returns by their logical ids in the stack */
export function bootstrapDocuments(
  place: Place,
  executionPolicies: readonly string[],
): ReadonlyMap<string, BootstrapDocuments> {
  const all = Object.entries(dig(template(), 'Resources') as Readonly<Record<string, unknown>>);
  const ofType = (type: string) => all.filter(([, body]) => dig(body, 'Type') === type);
  const texts = (value: unknown) => listOf(value).filter((each) => typeof each === 'string');
  const beside = ofType('AWS::IAM::Policy').map(([, body]) => dig(body, 'Properties'));
  return new Map(
    ofType('AWS::IAM::Role').map(([logicalId, body]) => {
      const properties = resolve(dig(body, 'Properties'), place);
      const policies = [
        ...listOf(dig(properties, 'Policies')),
        ...beside
          .filter((policy) => listOf(dig(policy, 'Roles')).some((role) => dig(role, 'Ref') === logicalId))
          .map((policy) => resolve(policy, place)),
      ];
      return [
        logicalId,
        {
          trust: dig(properties, 'AssumeRolePolicyDocument'),
          attached:
            logicalId === 'CloudFormationExecutionRole'
              ? executionPolicies
              : texts(dig(properties, 'ManagedPolicyArns')),
          inline: Object.fromEntries(
            policies.map((policy) => [String(dig(policy, 'PolicyName')), dig(policy, 'PolicyDocument')]),
          ),
        },
      ];
    }),
  );
}
