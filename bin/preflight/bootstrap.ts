import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
} from '@aws-sdk/client-iam';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isError } from '../../tools/aws/why-not-answered';
import { actionNeeded, type Check, clientSettings, type Outcome, ready } from './check';
import {
  type BootstrapContext,
  executionPoliciesOf,
  executionPolicy,
  executionPolicyArn,
} from './execution-policies';

/** A check of an account that may be a stage's or the pipeline's. */
export type BootstrapCheck = Check<BootstrapContext>;

/** CDK's default qualifier: part of every bootstrap resource's name. */
const QUALIFIER = 'hnb659fds';
/** The version that this application's assemblies ask for. */
export const REQUIRED_BOOTSTRAP_VERSION = 6;

const policyArns = (context: BootstrapContext): string[] =>
  executionPoliciesOf(context).map((policy) => executionPolicyArn(policy, context));

/** The command that bootstraps a region of an account with our execution policies; a stage's trusts the pipeline's. */
export const bootstrapCommand = (context: BootstrapContext): string => {
  const { account, deliveryAccount } = context.config;
  const trust = account === deliveryAccount ? '' : ` --trust ${deliveryAccount}`;
  return `npx cdk bootstrap aws://${account}/${context.names.region} --termination-protection${trust} --cloudformation-execution-policies ${policyArns(context).join(',')}`;
};

/** Prints, without asking AWS, the commands that make the policies and use them. */
const writePoliciesCommand = ({ names }: BootstrapContext): string =>
  `npm run preflight -- --stage ${names.stage} --write-policies dist/bootstrap`;

const roleName = (purpose: string, { config, names }: BootstrapContext): string =>
  `cdk-${QUALIFIER}-${purpose}-role-${config.account}-${names.region}`;

async function bootstrapVersion(context: BootstrapContext): Promise<number | undefined> {
  try {
    const { Parameter } = await new SSMClient(clientSettings(context)).send(
      new GetParameterCommand({ Name: `/cdk-bootstrap/${QUALIFIER}/version` }),
    );
    return Number(Parameter?.Value);
  } catch (error) {
    if (isError(error, 'ParameterNotFound')) return undefined;
    throw error;
  }
}

/** @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
export const bootstrapVersionCheck: BootstrapCheck = {
  title: 'CDK bootstrap',
  permissions: ['ssm:GetParameter'],
  async run(context) {
    const version = await bootstrapVersion(context);
    if (version !== undefined && version >= REQUIRED_BOOTSTRAP_VERSION) return [ready(`version ${version}`)];
    return [
      actionNeeded(
        version === undefined ? 'not bootstrapped' : `version ${version} is too old`,
        bootstrapCommand(context),
      ),
    ];
  },
};

/** The policies have to be there before a region can be bootstrapped with them, and say what this checkout says. */
export const executionPolicyCheck: BootstrapCheck = {
  title: 'Execution policies',
  permissions: ['iam:GetPolicy', 'iam:GetPolicyVersion'],
  async run(context) {
    const client = new IAMClient(clientSettings(context));
    return Promise.all(
      executionPoliciesOf(context).map(async (policy): Promise<Outcome> => {
        const PolicyArn = executionPolicyArn(policy, context);
        try {
          const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
          const { PolicyVersion } = await client.send(
            new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
          );
          const document: unknown = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? 'null'));
          return isDeepStrictEqual(document, executionPolicy(policy, context))
            ? ready(`${context.names.of(policy)} is there`)
            : actionNeeded(
                `${context.names.of(policy)} says something else than policies/bootstrap/${policy}.json`,
                `${writePoliciesCommand(context)}, then, as a security administrator: aws iam create-policy-version --set-as-default --policy-arn ${PolicyArn} --policy-document file://dist/bootstrap/${context.names.of(policy)}.json`,
              );
        } catch (error) {
          if (!isError(error, 'NoSuchEntity')) throw error;
          return actionNeeded(
            `${context.names.of(policy)} does not exist`,
            `${writePoliciesCommand(context)}, then, as a security administrator: aws iam create-policy --policy-name ${context.names.of(policy)} --policy-document file://dist/bootstrap/${context.names.of(policy)}.json`,
          );
        }
      }),
    );
  },
};

/** CloudFormation must act by our execution policies; AdministratorAccess would let a template do anything. */
export const executionRoleCheck: BootstrapCheck = {
  title: "CloudFormation's own role",
  permissions: ['iam:ListAttachedRolePolicies'],
  async run(context) {
    const role = roleName('cfn-exec', context);
    const attached: string[] = [];
    try {
      for await (const page of paginateListAttachedRolePolicies(
        { client: new IAMClient(clientSettings(context)) },
        { RoleName: role },
      ))
        attached.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []));
    } catch (error) {
      if (!isError(error, 'NoSuchEntity')) throw error;
      return [actionNeeded(`${role} does not exist`, bootstrapCommand(context))];
    }
    const expected = policyArns(context);
    const foreign = attached.filter((arn) => !expected.includes(arn));
    const missing = expected.filter((arn) => !attached.includes(arn));
    return foreign.length === 0 && missing.length === 0
      ? [ready('has exactly our policies')]
      : [
          actionNeeded(
            [...foreign.map((arn) => `has ${arn}`), ...missing.map((arn) => `lacks ${arn}`)].join('; '),
            bootstrapCommand(context),
          ),
        ];
  },
};

const trustSchema = z.object({
  Statement: z.array(
    z.object({
      Principal: z.object({
        AWS: z.union([z.string().transform((arn) => [arn]), z.array(z.string())]).optional(),
      }),
    }),
  ),
});

/** The accounts that a trust policy names, by the ids in its principals; anybody is `*`. */
const accountsIn = (document: string): string[] =>
  trustSchema
    .parse(JSON.parse(decodeURIComponent(document)))
    .Statement.flatMap(({ Principal }) => Principal.AWS ?? [])
    .map((principal) => /\d{12}/.exec(principal)?.[0] ?? principal);

/** The pipeline deploys from another account: that one must be trusted, and no third. */
export const deploymentTrustCheck: BootstrapCheck = {
  title: 'Trust in the delivery account',
  permissions: ['iam:GetRole'],
  async run(context) {
    const { account, deliveryAccount } = context.config;
    const client = new IAMClient(clientSettings(context));
    return Promise.all(
      ['deploy', 'file-publishing'].map(async (purpose): Promise<Outcome> => {
        const RoleName = roleName(purpose, context);
        try {
          const { Role } = await client.send(new GetRoleCommand({ RoleName }));
          const trusted = accountsIn(Role?.AssumeRolePolicyDocument ?? '');
          const strangers = trusted.filter((id) => id !== account && id !== deliveryAccount);
          if (strangers.length > 0)
            return actionNeeded(
              `${RoleName} also trusts ${strangers.join(', ')}`,
              `Find out why; to trust the delivery account alone: ${bootstrapCommand(context)}`,
            );
          return account === deliveryAccount || trusted.includes(deliveryAccount)
            ? ready(`${RoleName} trusts ${deliveryAccount} and nobody else`)
            : actionNeeded(`${RoleName} does not trust ${deliveryAccount}`, bootstrapCommand(context));
        } catch (error) {
          if (!isError(error, 'NoSuchEntity')) throw error;
          return actionNeeded(`${RoleName} does not exist`, bootstrapCommand(context));
        }
      }),
    );
  },
};
