import type { StageConfig } from '../../../../lib/config/schema';
import type { PolicyInventory } from './inventory';
import { contextOf, type Caller } from './request';
import type { Target } from './targets';

/** How a request comes: what differs in its context. */
export const SITUATIONS = [
  'through our endpoint',
  'through a foreign endpoint',
  'from outside',
  'over plain HTTP',
  'over plain HTTP from outside',
  'over TLS 1.1',
  'over TLS 1.1 from outside',
  'by presigned form',
  'by stale presigned form',
  'by presigned URL',
  'by stale presigned URL',
  'with another key',
  'on behalf by a service',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Services through which a KMS key may be asked for, besides directly. */
export const KEY_SERVICES = ['dynamodb', 'lambda', 's3', 'secretsmanager', 'sns', 'sqs', 'states'] as const;

type Pairs = Record<string, string | undefined>;
const VPC = 'vpc-ours';

/** The service whose endpoint carries an action; StartSyncExecution has one of its own. */
export const endpointService = (action: string): string =>
  action === 'states:StartSyncExecution' ? 'sync-states' : (action.split(':')[0] ?? '');

/** The endpoint that carries an action, if the templates have one. @param within the region of the network; any without */
export function endpointOf(inventory: PolicyInventory, action: string, within?: string) {
  const service = endpointService(action);
  for (const [id, { service: own, region, statements }] of inventory.endpoints) {
    if (own === service && (within ?? region) === region) return { id, statements };
  }
  return undefined;
}

/** Services that also answer over plain HTTP, so that only a policy keeps it shut. */
const SPEAKS_HTTP = /^(s3|sns|sqs):/;

/** Whether a situation can arise for an action at all. */
export function canArise(inventory: PolicyInventory, situation: Situation, target: Target): boolean {
  const s3 = target.action.startsWith('s3:');
  switch (situation) {
    case 'through our endpoint':
      return endpointOf(inventory, target.action) !== undefined;
    case 'over plain HTTP':
      return SPEAKS_HTTP.test(target.action) && endpointOf(inventory, target.action) !== undefined;
    case 'over plain HTTP from outside':
      return SPEAKS_HTTP.test(target.action);
    case 'over TLS 1.1':
    case 'over TLS 1.1 from outside':
      return s3;
    case 'by presigned form':
    case 'by stale presigned form':
    case 'with another key':
      return target.action === 's3:PutObject';
    case 'by presigned URL':
    case 'by stale presigned URL':
      return s3 && target.action.includes('Object');
    case 'through a foreign endpoint':
    case 'from outside':
    case 'on behalf by a service':
      return true;
  }
}

const viaEndpoint = (id: string | undefined): Pairs => ({ 'aws:SourceVpce': id, 'aws:SourceVpc': VPC });
const S3_HEADER: Pairs = {
  's3:authType': 'REST-HEADER',
  's3:TlsVersion': '1.3',
  's3:signatureversion': 'AWS4-HMAC-SHA256',
};

function particulars(situation: Situation, endpointId: string | undefined): Pairs {
  const outside: Pairs = { 'aws:SourceIp': '203.0.113.10' };
  switch (situation) {
    case 'through our endpoint':
      return viaEndpoint(endpointId);
    case 'through a foreign endpoint':
      return { 'aws:SourceVpce': 'vpce-foreign', 'aws:SourceVpc': 'vpc-foreign' };
    case 'over plain HTTP':
      return { ...viaEndpoint(endpointId), 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined };
    case 'over plain HTTP from outside':
      return { ...outside, 'aws:SecureTransport': 'false', 's3:TlsVersion': undefined };
    case 'over TLS 1.1':
      return { ...viaEndpoint(endpointId), 's3:TlsVersion': '1.1' };
    case 'over TLS 1.1 from outside':
      return { ...outside, 's3:TlsVersion': '1.1' };
    case 'by presigned form':
      return { ...outside, 's3:authType': 'POST', 's3:signatureAge': '60000' };
    case 'by stale presigned form':
      return { ...outside, 's3:authType': 'POST', 's3:signatureAge': '400000' };
    case 'by presigned URL':
      return { ...outside, 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '60000' };
    case 'by stale presigned URL':
      return { ...outside, 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '61000' };
    case 'with another key':
      return {
        ...viaEndpoint(endpointId),
        's3:x-amz-server-side-encryption': 'aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:999999999999:key/theirs',
      };
    case 'on behalf by a service':
      return { 'aws:ViaAWSService': 'true' };
    case 'from outside':
      return outside;
  }
}

/** Beside a presigned URL: that it is followed in a reviewer's network, not anywhere. */
export const fromReviewers = ({ review }: Pick<StageConfig, 'review'>): Readonly<Record<string, string>> => ({
  'aws:SourceIp': String(review.networks[0]?.split('/')[0]),
});

/** True where the request passes one of our endpoints, so that its policy counts. */
export const passesEndpoint = (situation: Situation): boolean =>
  ['through our endpoint', 'over plain HTTP', 'over TLS 1.1', 'with another key'].includes(situation);

/** Account in an ARN; S3 names carry none: a bucket named after the foreign account is the foreign one's. */
export function ownerOf(arn: string, own: string, foreign: string): string {
  if (arn.startsWith('arn:aws:s3:::')) return arn.includes(foreign) ? foreign : own;
  const account = arn.split(':')[4];
  return account === undefined || account === '' ? own : account;
}

/** Context keys of every request by a role, then those of the situation, then the extra ones. */
export function contextFor(
  caller: Extract<Caller, { kind: 'role' }>,
  target: Target,
  owner: string,
  situation: Situation,
  endpointId: string | undefined,
  extra: Pairs,
): Map<string, readonly string[]> {
  return contextOf({
    'aws:PrincipalArn': caller.arn,
    'aws:PrincipalAccount': caller.account,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': target.region,
    'aws:ResourceAccount': owner,
    ...(target.action.startsWith('s3:') ? S3_HEADER : {}),
    ...(target.action.startsWith('kms:') ? { 'kms:CallerAccount': caller.account } : {}),
    ...particulars(situation, endpointId),
    ...extra,
  });
}
