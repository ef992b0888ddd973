import { CfnApplication } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FUNCTION_IDS } from '../../../lambda/functions';
import type { Names } from '../../names';
import { ServiceRole } from '../iam/service-role';

/** What CodeDeploy needs to shift the aliases of some functions and to watch the alarms of a release. */
export const releaseStatements = (names: Names, functionArns: readonly string[]): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'ShiftAliases',
    actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
    resources: functionArns.flatMap((arn) => [arn, `${arn}:*`]),
  }),
  new PolicyStatement({
    sid: 'WatchAlarms',
    actions: ['cloudwatch:DescribeAlarms'],
    // As in AWSCodeDeployRoleForLambdaLimited: asked without names, the call is authorized on every alarm.
    resources: [names.arn('cloudwatch', 'alarm:*')],
  }),
];

/**
 * What CodeDeploy shifts aliases with: its application, and a role cut down from the AWS-managed
 * AWSCodeDeployRoleForLambdaLimited to our functions and alarms, without hooks.
 */
export class ReleaseApplication extends Construct {
  constructor(scope: Construct, id: string, { names }: { readonly names: Names }) {
    super(scope, id);
    new CfnApplication(this, 'Application', {
      applicationName: names.releaseApplication,
      computePlatform: 'Lambda',
    });
    new ServiceRole(this, 'Role', {
      names,
      purpose: 'release',
      description: 'CodeDeploy shifts the aliases of functions and watches the alarms of a release',
      service: 'codedeploy.amazonaws.com',
      statements: releaseStatements(
        names,
        FUNCTION_IDS.map((fn) => names.functionArn(fn)),
      ),
    });
  }
}
