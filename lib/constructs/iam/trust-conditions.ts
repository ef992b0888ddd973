import { AccountPrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { StageConfig } from '../../config/schema';

/**
 * The services of which a page of AWS says that they send `aws:SourceAccount` and `aws:SourceArn` when they assume a role.
 * AWS keeps no list of them.
 */
const SENDS_SOURCE: Readonly<Record<string, string>> = {
  'codebuild.amazonaws.com':
    'https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html',
  'codedeploy.amazonaws.com':
    'https://docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html',
  'config.amazonaws.com': 'https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html',
  'scheduler.amazonaws.com':
    'https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html',
  'ssm.amazonaws.com':
    'https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html',
  'states.amazonaws.com':
    'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html',
  'vpc-flow-logs.amazonaws.com': 'https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html',
};

/**
 * Conditions of a trust policy against confused deputies. A service that is not documented to send the keys could never
 * assume the role if they were demanded; for it the account counts where it is sent, and what holds always is that a role
 * can be handed to a service by its own account alone, with `iam:PassRole`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 * @param sourceArn - patterns of the resources on whose behalf the service may come; only for documented services
 */
export function onBehalfOf(
  service: string,
  account: string,
  sourceArn?: string | string[],
): Record<string, Record<string, string | string[]>> {
  if (!(service in SENDS_SOURCE)) return { StringEqualsIfExists: { 'aws:SourceAccount': account } };
  return {
    StringEquals: { 'aws:SourceAccount': account },
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
  };
}

/**
 * A role of the delivery account, as one who may take a role of a stage. Named as the account with a condition, because a
 * role that is not there yet cannot be named.
 */
export const roleOfDelivery = (
  { deliveryAccount, organizationId }: Pick<StageConfig, 'deliveryAccount' | 'organizationId'>,
  role: string,
): IPrincipal =>
  new AccountPrincipal(deliveryAccount).withConditions({
    ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${deliveryAccount}:role/${role}` },
    StringEquals: { 'aws:PrincipalOrgID': organizationId },
  });
