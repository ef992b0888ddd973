import { PolicyError } from './errors';

/**
 * Condition keys whose presence and value in each kind of request the proof's request builders know. Names are not
 * case-sensitive. A policy that tests any other key cannot be judged.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and the service authorization
 * reference of each service.
 */
const KNOWN_KEYS: ReadonlySet<string> = new Set(
  [
    'aws:MultiFactorAuthAge',
    'aws:MultiFactorAuthPresent',
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:PrincipalIsAWSService',
    'aws:PrincipalOrgID',
    'aws:PrincipalServiceName',
    'aws:PrincipalType',
    'aws:RequestedRegion',
    'aws:ResourceAccount',
    'aws:ResourceOrgID',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceIp',
    'aws:SourceOrgID',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:ViaAWSService',
    'dynamodb:Attributes',
    'dynamodb:LeadingKeys',
    'dynamodb:Select',
    'iam:PassedToService',
    'iam:PermissionsBoundary',
    'kms:CallerAccount',
    'kms:GrantIsForAWSResource',
    'kms:ResourceAliases',
    'kms:ViaService',
    'lambda:Principal',
    'lambda:SourceFunctionArn',
    's3:authType',
    's3:signatureAge',
    's3:signatureversion',
    's3:TlsVersion',
    's3:x-amz-acl',
    's3:x-amz-server-side-encryption',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    'sns:Endpoint',
    'sns:Protocol',
    'states:StateMachineQualifier',
  ].map((key) => key.toLowerCase()),
);
/** Keys whose name ends in something of the user's. */
const KNOWN_PREFIXES = ['kms:encryptioncontext:', 'aws:principaltag/', 'aws:resourcetag/'];

/** Services whose actions the proof may meet in a policy. */
const KNOWN_SERVICES: ReadonlySet<string> = new Set([
  'access-analyzer',
  'account',
  'apigateway',
  'application-autoscaling',
  'athena',
  'aws-portal',
  'backup',
  'backup-storage',
  'billing',
  'budgets',
  'ce',
  'cloudformation',
  'cloudfront',
  'cloudtrail',
  'cloudwatch',
  'codebuild',
  'codeconnections',
  'codedeploy',
  'codepipeline',
  'codestar-connections',
  'config',
  'cur',
  'dynamodb',
  'ec2',
  'events',
  'execute-api',
  'freetier',
  'globalaccelerator',
  'glue',
  'guardduty',
  'health',
  'iam',
  'invoicing',
  'kms',
  'lambda',
  'logs',
  'macie2',
  'notifications',
  'organizations',
  'payments',
  'pricing',
  'ram',
  'rekognition',
  'route53',
  'route53domains',
  'route53resolver',
  's3',
  'scheduler',
  'secretsmanager',
  'securityhub',
  'shield',
  'sns',
  'sqs',
  'ssm',
  'sso',
  'states',
  'sts',
  'support',
  'supportplans',
  'tag',
  'tax',
  'trustedadvisor',
  'waf',
  'wafv2',
  'xray',
]);

/** @throws PolicyError when the key is not one that the proof's requests know to carry or to lack. */
export function checkKey(key: string, where: string): string {
  const name = key.toLowerCase();
  if (KNOWN_KEYS.has(name) || KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix))) return name;
  throw new PolicyError('unknown-key', where, `the condition key ${key} is not known to the evaluator`);
}

/** @throws PolicyError when the action's service is not known. */
export function checkAction(action: string, where: string): string {
  const [service = '', name] = action.split(':');
  if (action === '*' || (name !== undefined && KNOWN_SERVICES.has(service.toLowerCase()))) return action;
  throw new PolicyError('unknown-service', where, `the action ${action} is of no known service`);
}
