import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  DeleteApplicationCommand,
  GetApplicationCommand,
  GetDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { onBehalfOf } from '../../../lib/constructs/iam/trust-conditions';
import { releaseStatements } from '../../../lib/constructs/functions/release-application';
import { isError } from '../../../tools/aws/why-not-answered';
import {
  type AccountContext,
  type ContactContext,
  eventually,
  type Exercise,
  evaluated,
  settingsOf,
  takenAway,
} from './exercise';
import { HOST, makeBesideHost, settled, zipped } from './host-function';

const ALIAS = 'live';
const POLICY = 'shift';
const INVOCATIONS_A_ROUND = 20;
const ENDED = new Set(['Succeeded', 'Failed', 'Stopped']);

const nameOf = ({ names }: AccountContext): string => names.of('first-contact-canary');
const roleOf = ({ names }: AccountContext): string => names.role('first-contact-canary');
const handler = (body: string): string => `exports.handler = async () => ${body};`;

const clientsOf = (context: AccountContext) => ({
  lambda: new LambdaClient(settingsOf(context)),
  codeDeploy: new CodeDeployClient(settingsOf(context)),
  cloudWatch: new CloudWatchClient(settingsOf(context)),
  iam: new IAMClient(settingsOf(context)),
});

/** A role with the trust and the statements of the one that shifts the aliases of staging and prod. */
async function makeRole(context: ContactContext): Promise<string> {
  const { iam } = clientsOf(context);
  const { names, config } = context;
  const RoleName = roleOf(context);
  const functionArn = names.arn('lambda', `function:${nameOf(context)}`);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      Description: 'First contact: shifts one alias, and is deleted',
      PermissionsBoundary: names.permissionsBoundaryArn,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'codedeploy.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: onBehalfOf('codedeploy.amazonaws.com', config.account),
          },
        ],
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: POLICY,
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: releaseStatements(names, [functionArn]).map(
          (statement) => statement.toStatementJson() as object,
        ),
      }),
    }),
  );
  return Role?.Arn ?? '';
}

/** A function whose alias leads to a version that works, and a version that does not. */
async function makeVersions(context: ContactContext): Promise<{ good: string; bad: string }> {
  const { lambda } = clientsOf(context);
  const FunctionName = nameOf(context);
  await makeBesideHost(context, {
    name: FunctionName,
    description: 'a release that fails',
    timeout: 10,
    code: handler("'well'"),
  });
  const { Version: good = '' } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion: good }));
  await lambda.send(
    new UpdateFunctionCodeCommand({
      FunctionName,
      ZipFile: zipped(handler("{ throw new Error('first contact'); }")),
    }),
  );
  await settled(context, FunctionName, ({ LastUpdateStatus, LastUpdateStatusReason }) => ({
    state: LastUpdateStatus,
    good: 'Successful',
    why: LastUpdateStatusReason,
  }));
  const { Version: bad = '' } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  return { good, bad };
}

/** What a release of staging or prod makes of an alias, for this one. */
async function makeGroup(context: ContactContext, serviceRoleArn: string, bad: string): Promise<void> {
  const { codeDeploy, cloudWatch } = clientsOf(context);
  const name = nameOf(context);
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      AlarmDescription: 'First contact: errors of the version that fails; is deleted',
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [
        { Name: 'FunctionName', Value: name },
        { Name: 'Resource', Value: `${name}:${ALIAS}` },
        { Name: 'ExecutedVersion', Value: bad },
      ],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  await codeDeploy.send(new CreateApplicationCommand({ applicationName: name, computePlatform: 'Lambda' }));
  const made = await eventually(context, async () => {
    try {
      await codeDeploy.send(
        new CreateDeploymentGroupCommand({
          applicationName: name,
          deploymentGroupName: name,
          serviceRoleArn,
          deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
          deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
          alarmConfiguration: { enabled: true, alarms: [{ name }] },
          autoRollbackConfiguration: {
            enabled: true,
            events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
          },
        }),
      );
      return true;
    } catch (error) {
      // A role that was just made cannot be taken for some seconds.
      if (isError(error, 'InvalidRole')) return undefined;
      throw error;
    }
  });
  if (made !== true) throw new Error('CodeDeploy does not take the role');
}

/** The content that CodeDeploy is given. https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-example.html#appspec-file-example-lambda */
const appSpec = (Name: string, CurrentVersion: string, TargetVersion: string): string =>
  JSON.stringify({
    version: 0.0,
    Resources: [
      {
        canary: {
          Type: 'AWS::Lambda::Function',
          Properties: { Name, Alias: ALIAS, CurrentVersion, TargetVersion },
        },
      },
    ],
  });

/** A release that fails is taken back before it reaches everybody. */
export const CANARY: Exercise = {
  id: 'canary-rolls-back',
  edge: 'CodeDeploy → alias of a function; CloudWatch alarm → CodeDeploy → the version before',
  contracts: ['release-takes-its-role'],
  expected: 'the deployment is Stopped by the alarm, and the alias leads to the version before',
  does: `makes a function beside ${HOST}, with an alias, a version that works and one that fails, an alarm, a role and a deployment group as those of staging and prod; shifts the alias to the failing version and calls it; deletes all of it`,
  cost: 'below 0.05 $; takes about ten minutes',
  needsAws: 'it has no CodeDeploy',
  mark: { name: 'CreateDeployment' },
  run: async (context) => {
    const { lambda, codeDeploy } = clientsOf(context);
    const name = nameOf(context);
    const role = await makeRole(context);
    const { good, bad } = await makeVersions(context);
    await makeGroup(context, role, bad);
    const { deploymentId } = await codeDeploy.send(
      new CreateDeploymentCommand({
        applicationName: name,
        deploymentGroupName: name,
        revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec(name, good, bad) } },
      }),
    );
    const shown = async (id: string | undefined) =>
      (await codeDeploy.send(new GetDeploymentCommand({ deploymentId: id }))).deploymentInfo;
    const end = await eventually(context, async () => {
      // One in ten meets the failing version while it is tried.
      for (let call = 0; call < INVOCATIONS_A_ROUND; call += 1)
        await lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: ALIAS }));
      const deployment = await shown(deploymentId);
      return ENDED.has(deployment?.status ?? '') ? deployment : undefined;
    });
    const rollback = end?.rollbackInfo?.rollbackDeploymentId;
    if (rollback !== undefined)
      await eventually(context, async () =>
        ENDED.has((await shown(rollback))?.status ?? '') ? true : undefined,
      );
    const alias = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: ALIAS }));
    const back =
      alias.FunctionVersion === good &&
      Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length === 0;
    return evaluated(
      end?.status === 'Stopped' && end.errorInformation?.code === 'ALARM_ACTIVE' && back,
      `deployment ${end?.status ?? 'still running'} (${end?.errorInformation?.code ?? 'no error'}), rolled back by ${rollback ?? 'nothing'}; the alias leads to version ${alias.FunctionVersion ?? ''}, the one before was ${good}`,
    );
  },
  cleanUp: async (context) => {
    const { lambda, codeDeploy, cloudWatch, iam } = clientsOf(context);
    const [name, RoleName] = [nameOf(context), roleOf(context)];
    // Deleting tells nothing of what was there.
    const application = await takenAway(
      `application ${name}`,
      () => codeDeploy.send(new GetApplicationCommand({ applicationName: name })),
      'ApplicationDoesNotExist',
    );
    if (application.length > 0)
      await codeDeploy.send(new DeleteApplicationCommand({ applicationName: name }));
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    if (MetricAlarms.length > 0) await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    return [
      ...application,
      ...MetricAlarms.map(() => `alarm ${name}`),
      ...(await takenAway(`function ${name}`, () =>
        lambda.send(new DeleteFunctionCommand({ FunctionName: name })),
      )),
      ...(await takenAway(
        `policy of role ${RoleName}`,
        () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY })),
        'NoSuchEntity',
      )),
      ...(await takenAway(
        `role ${RoleName}`,
        () => iam.send(new DeleteRoleCommand({ RoleName })),
        'NoSuchEntity',
      )),
    ];
  },
};
