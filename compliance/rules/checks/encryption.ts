import { dig } from '../proofs/model/dig';
import { ENCRYPTION_KEY_OF } from '../proofs/model/encryption-key';
import type { Resource } from '../proofs/model/resource';
import { isSecretVariable, secretsIn } from '../proofs/model/secret-text';
import { type Check, type CheckContext, unless } from './check';

const REST = [
  'NIST-800-53-R5:sc-28',
  'PCI-4.0:3.5.1',
  'HIPAA:164_312_a_2_iv',
  'GDPR:article_32',
  'SOC2:cc_6_1',
];

const isAccessLogBucket = (resource: Resource): boolean =>
  resource.text('BucketName').includes('-access-logs-');

function ownKey(resource: Resource, { keys }: CheckContext): string[] {
  const key = ENCRYPTION_KEY_OF[resource.type]?.(resource);
  if (resource.type === 'AWS::S3::Bucket' && isAccessLogBucket(resource)) {
    const algorithm = dig(
      resource.property('BucketEncryption'),
      'ServerSideEncryptionConfiguration',
      0,
      'ServerSideEncryptionByDefault',
      'SSEAlgorithm',
    );
    return unless(algorithm === 'AES256', 'the access-log bucket is not encrypted');
  }
  if (key === undefined) return ['it has no customer-managed key'];
  return unless(
    typeof key === 'string' && keys.has(key),
    `its key ${JSON.stringify(key)} is none of the stage's own`,
  );
}

/** Names of what keeps secrets: whoever reads one of them has no secret. */
const namesOfSecrets = ({ set }: CheckContext): ReadonlySet<unknown> =>
  new Set(set.resources('AWS::SecretsManager::Secret').map((secret) => secret.property('Name')));

function plaintextSecrets(resource: Resource, context: CheckContext): string[] {
  const variables = dig(resource.property('Environment'), 'Variables') ?? {};
  const harmless = namesOfSecrets(context);
  return Object.entries(variables as Record<string, unknown>)
    .filter(
      ([name, value]) =>
        (isSecretVariable(name) && !harmless.has(value)) || secretsIn(JSON.stringify(value)).length > 0,
    )
    .map(([name]) => `the environment variable ${name} looks like a secret in plain text`);
}

/** Keys and what they protect. */
export const ENCRYPTION_CHECKS: readonly Check[] = [
  {
    id: 'own-key',
    title:
      'Everything that keeps data is encrypted with a customer-managed key of its domain; access-log buckets, which cannot be, by S3 itself.',
    controls: REST,
    types: Object.keys(ENCRYPTION_KEY_OF),
    evaluate: ownKey,
  },
  {
    id: 'key-rotation',
    title: 'Keys that KMS can rotate do so every year, and all have time to be saved from deletion.',
    controls: ['NIST-800-53-R5:sc-12', 'PCI-4.0:3.7.4'],
    types: ['AWS::KMS::Key'],
    evaluate: (r) => [
      // https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html: symmetric encryption keys only
      ...unless(
        r.property('EnableKeyRotation') === true || r.property('KeyUsage') === 'SIGN_VERIFY',
        'rotation is off',
      ),
      ...unless(Number(r.property('RotationPeriodInDays') ?? 365) <= 365, 'it rotates less than once a year'),
      ...unless(
        Number(r.property('PendingWindowInDays') ?? 30) >= 7,
        'its deletion window is shorter than a week',
      ),
    ],
  },
  {
    id: 'no-plaintext-secret',
    title: 'No secret stands in a template.',
    controls: ['NIST-800-53-R5:ia-5', 'PCI-4.0:8.6.2', 'SOC2:cc_6_1'],
    types: ['AWS::Lambda::Function', 'AWS::SecretsManager::Secret'],
    evaluate: (r, context) =>
      r.type === 'AWS::SecretsManager::Secret'
        ? unless(!r.has('SecretString'), 'its value stands in the template')
        : plaintextSecrets(r, context),
  },
  {
    id: 'api-tls',
    title: 'The public API accepts TLS 1.2 with forward secrecy at least.',
    controls: ['NIST-800-53-R5:sc-8', 'PCI-4.0:4.2.1'],
    types: ['AWS::ApiGateway::RestApi'],
    evaluate: (r) =>
      unless(
        /^SecurityPolicy_TLS1[23]_/.test(String(r.property('SecurityPolicy'))),
        'its security policy lets old TLS in',
      ),
  },
];
