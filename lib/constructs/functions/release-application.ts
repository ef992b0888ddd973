import { CfnApplication } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { FUNCTION_IDS } from '../../../lambda/functions';
import type { Names } from '../../names';
import { ServiceRole } from '../iam/service-role';

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
      statements: [
        new PolicyStatement({
          sid: 'ShiftAliases',
          actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
          resources: FUNCTION_IDS.flatMap((fn) => [names.functionArn(fn), `${names.functionArn(fn)}:*`]),
        }),
        new PolicyStatement({
          sid: 'WatchAlarms',
          actions: ['cloudwatch:DescribeAlarms'],
          // As in AWSCodeDeployRoleForLambdaLimited: asked without names, the call is authorized on every alarm.
          resources: [names.arn('cloudwatch', 'alarm:*')],
        }),
      ],
    });
  }
}
