import type { Resource } from '../model/resource';
import { dig, listOf } from '../model/dig';
import type { AccountPolicies } from '../iam/account-policies';
import { contextOf, type Request } from '../iam/request';

/** Services that answer in the primary region alone, whatever region the stack is in. */
const GLOBAL = new Set(['iam', 'budgets', 'ce', 'route53', 'organizations']);
/** The service that CloudFormation's type belongs to, by the name that keys know it by (`kms:ViaService`). */
const SERVICE: Readonly<Record<string, string>> = { StepFunctions: 'states' };

const serviceOf = ({ type }: Resource): string => {
  const name = type.split('::')[1] ?? '';
  return SERVICE[name] ?? name.toLowerCase();
};

/** The service that a role is handed to, by its trust policy or by the resource that takes it. */
const passedTo = (resource: Resource): string =>
  resource.type === 'AWS::IAM::Role'
    ? String(
        dig(
          listOf(dig(resource.property('AssumeRolePolicyDocument'), 'Statement'))[0],
          'Principal',
          'Service',
        ),
      )
    : `${serviceOf(resource)}.amazonaws.com`;

/** Names of AWS's own services begin with `com.amazonaws.`; another account's with `com.amazonaws.vpce.`. */
const endpointOwner = (endpoint: Resource): string =>
  /^com\.amazonaws\.(?!vpce\.)/.test(endpoint.optionalText('ServiceName') ?? '') ? 'amazon' : 'another';

/**
 * A call of a handler as AWS authorizes it: by CloudFormation's role, which is a service role (`aws:ViaAWSService` is
 * false), through no endpoint of ours; a key is used through the service that the resource is of.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function handlerRequest(
  { deployer, organizationId }: AccountPolicies,
  resource: Resource,
  action: string,
  target: string,
  /** Boundary of the role that a policy is attached to. */
  roleBoundary?: string,
): Request {
  const [service = ''] = action.split(':');
  const { account, arn } = deployer;
  const boundary =
    resource.type === 'AWS::IAM::ManagedPolicy' ? roleBoundary : resource.optionalText('PermissionsBoundary');
  const own = resource.type === 'AWS::KMS::Key' || resource.type === 'AWS::KMS::Alias';
  return {
    caller: { kind: 'role', arn, account },
    action,
    resource: target,
    resourceAccount: account,
    context: contextOf({
      'aws:PrincipalArn': arn,
      'aws:PrincipalAccount': account,
      'aws:PrincipalOrgID': organizationId,
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalIsAWSService': 'false',
      'aws:ViaAWSService': 'false',
      'aws:SecureTransport': 'true',
      's3:TlsVersion': service === 's3' ? '1.3' : undefined,
      'aws:RequestedRegion': GLOBAL.has(service) ? 'us-east-1' : resource.region,
      'aws:ResourceAccount': account,
      'iam:PermissionsBoundary': service === 'iam' ? boundary : undefined,
      'iam:PassedToService': action === 'iam:PassRole' ? passedTo(resource) : undefined,
      'kms:CallerAccount': service === 'kms' ? account : undefined,
      'kms:ViaService':
        service === 'kms' && !own ? `${serviceOf(resource)}.${resource.region}.amazonaws.com` : undefined,
      'kms:GrantIsForAWSResource': action === 'kms:CreateGrant' ? 'true' : undefined,
      // Of an endpoint to AWS's own service the owner is `amazon`: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-iam.html
      'ec2:VpceServiceOwner':
        action === 'ec2:CreateVpcEndpoint' && target.includes(':vpc-endpoint/')
          ? endpointOwner(resource)
          : undefined,
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#vpc-conditions
      'lambda:VpcIds':
        resource.type === 'AWS::Lambda::Function' && resource.has('VpcConfig') ? 'vpc-ours' : undefined,
      'lambda:Principal': action === 'lambda:AddPermission' ? resource.optionalText('Principal') : undefined,
    }),
  };
}
