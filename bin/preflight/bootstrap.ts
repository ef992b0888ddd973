import { IAMClient, paginateListAttachedRolePolicies } from '@aws-sdk/client-iam';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { actionNeeded, type Check, type CheckContext, type Outcome, ready } from './check';
import { EXECUTION_POLICIES } from './execution-policies';

/** CDK's default qualifier: part of every bootstrap resource's name. */
const QUALIFIER = 'hnb659fds';
/** The version that aws-cdk-lib 2.276 writes into assemblies as required. */
const REQUIRED_VERSION = 6;

const policyArns = ({ config, names }: CheckContext): string[] =>
  EXECUTION_POLICIES.map((policy) => `arn:aws:iam::${config.account}:policy/${names.of(policy)}`);

/** The command that bootstraps a region of this stage's account with our execution policies. */
export const bootstrapCommand = (context: CheckContext, region: string): string =>
  `npx cdk bootstrap aws://${context.config.account}/${region} --termination-protection --trust ${context.config.deliveryAccount} --cloudformation-execution-policies ${policyArns(context).join(',')}`;

async function bootstrapVersion(region: string): Promise<number | undefined> {
  try {
    const { Parameter } = await new SSMClient({ region }).send(
      new GetParameterCommand({ Name: `/cdk-bootstrap/${QUALIFIER}/version` }),
    );
    return Number(Parameter?.Value);
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
export const bootstrapVersionCheck: Check = {
  id: 'bootstrap-version',
  title: 'CDK bootstrap',
  permission: 'ssm:GetParameter on parameter/cdk-bootstrap/*',
  run: (context) =>
    Promise.all(
      [context.config.region, context.config.drRegion].map(async (region): Promise<Outcome> => {
        const version = await bootstrapVersion(region);
        if (version !== undefined && version >= REQUIRED_VERSION)
          return ready(`${region}: version ${version}`);
        return actionNeeded(
          version === undefined ? `${region}: not bootstrapped` : `${region}: version ${version} is too old`,
          bootstrapCommand(context, region),
        );
      }),
    ),
};

/** CloudFormation must act by our execution policies; AdministratorAccess would let a template do anything. */
export const executionPolicyCheck: Check = {
  id: 'bootstrap-execution-policies',
  title: 'CloudFormation execution policies',
  permission: 'iam:ListAttachedRolePolicies on role/cdk-*',
  async run(context) {
    const { account, region } = context.config;
    const role = `cdk-${QUALIFIER}-cfn-exec-role-${account}-${region}`;
    const attached: string[] = [];
    try {
      for await (const page of paginateListAttachedRolePolicies(
        { client: new IAMClient({ region }) },
        { RoleName: role },
      )) {
        attached.push(...(page.AttachedPolicies ?? []).flatMap((policy) => policy.PolicyArn ?? []));
      }
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('NoSuchEntity')) {
        return [actionNeeded(`${role} does not exist`, bootstrapCommand(context, region))];
      }
      throw error;
    }
    const expected = policyArns(context);
    const foreign = attached.filter((arn) => !expected.includes(arn));
    const missing = expected.filter((arn) => !attached.includes(arn));
    if (foreign.length === 0 && missing.length === 0) return [ready('exactly our policies')];
    return [
      actionNeeded(
        [...foreign.map((arn) => `has ${arn}`), ...missing.map((arn) => `lacks ${arn}`)].join('; '),
        `npm run preflight -- --stage ${context.config.stage} --write-policies dist/bootstrap, create them, and run: ${bootstrapCommand(context, region)}`,
      ),
    ];
  },
};
