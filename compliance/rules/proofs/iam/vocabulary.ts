import { isService } from '../../../service-reference/reference';
import { PolicyError } from './errors';

/**
 * Condition keys whose presence and value in each kind of request the proof's request builders know. Names are not
 * case-sensitive. A policy that tests any other key cannot be evaluated.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and the service authorization
 * reference of each service.
 */
export const KNOWN_KEYS: ReadonlySet<string> = new Set(
  [
    'aws:AssumedRoot',
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
    'aws:username',
    'codebuild:source.buildspec',
    'codeconnections:FullRepositoryId',
    'codeconnections:ProviderPermissionsRequired',
    'codestar-connections:FullRepositoryId',
    'codestar-connections:ProviderPermissionsRequired',
    'dynamodb:Attributes',
    'dynamodb:LeadingKeys',
    'dynamodb:ReturnValues',
    'dynamodb:Select',
    'ec2:VpceServiceOwner',
    'iam:AWSServiceName',
    'iam:PassedToService',
    'iam:PermissionsBoundary',
    'kms:CallerAccount',
    'kms:GrantIsForAWSResource',
    'kms:ResourceAliases',
    'kms:ViaService',
    'lambda:FunctionArn',
    'lambda:Principal',
    'lambda:SourceFunctionArn',
    'lambda:VpcIds',
    's3:authType',
    's3:if-none-match',
    's3:ObjectCreationOperation',
    's3:ResourceAccount',
    's3:signatureAge',
    's3:signatureversion',
    's3:TlsVersion',
    's3:x-amz-acl',
    's3:x-amz-server-side-encryption',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    'sns:Endpoint',
    'sns:Protocol',
    'states:HTTPEndpoint',
    'states:HTTPMethod',
    'states:StateMachineQualifier',
    'sts:ExternalId',
    'sts:RoleSessionName',
  ].map((key) => key.toLowerCase()),
);
/** Keys whose name ends in something of the user's. */
const KNOWN_PREFIXES = ['kms:encryptioncontext:', 'aws:principaltag/', 'aws:resourcetag/'];

/** @throws PolicyError when the key is not one that the proof's requests know to carry or to lack. */
export function checkKey(key: string, where: string): string {
  const name = key.toLowerCase();
  if (KNOWN_KEYS.has(name) || KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix))) return name;
  throw new PolicyError('unknown-key', where, `the condition key ${key} is not known to the evaluator`);
}

/** @throws PolicyError when AWS knows no service of the action's prefix. */
export function checkAction(action: string, where: string): string {
  const [service = '', name] = action.split(':');
  if (action === '*' || (name !== undefined && isService(service))) return action;
  throw new PolicyError('unknown-service', where, `the action ${action} is of no known service`);
}
