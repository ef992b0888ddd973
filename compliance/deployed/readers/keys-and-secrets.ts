import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, besides } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { canonicalPolicy } from '../compare';
import { ACCESS, CHANGE, KEYS, REST } from '../controls';

const kms = callsOf(KMSClient, 'kms');
const describeKey = kms(DescribeKeyCommand);
const getKeyPolicy = kms(GetKeyPolicyCommand);
const getRotation = kms(GetKeyRotationStatusCommand);
const listAliases = kms(ListAliasesCommand);
const secrets = callsOf(SecretsManagerClient, 'secretsmanager');
const describeSecret = secrets(DescribeSecretCommand);
const getSecretPolicy = secrets(GetResourcePolicyCommand);
const getParameter = callsOf(SSMClient, 'ssm')(GetParameterCommand);

const keyTypes = ['AWS::KMS::Key'];

export const KEYS_AND_SECRETS: readonly Aspect[] = [
  {
    rule: 'key-usable',
    title: 'The key is enabled and of the kind that its template says.',
    controls: KEYS,
    types: keyTypes,
    calls: [describeKey],
    properties: ['Enabled', 'KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
    defaults: { Enabled: true, KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', Origin: 'AWS_KMS' },
    read: async (ask, { physicalId }) => {
      const answer = await undefinedWhenMissing(ask(describeKey, { KeyId: physicalId }), 'NotFound');
      const key = answer?.KeyMetadata;
      return (
        key && {
          // A key that waits for its deletion is disabled, too.
          Enabled: key.KeyState === 'Enabled' ? true : (key.KeyState ?? false),
          KeySpec: key.KeySpec,
          KeyUsage: key.KeyUsage,
          MultiRegion: key.MultiRegion,
          Origin: key.Origin,
        }
      );
    },
  },
  {
    rule: 'key-policy',
    title: "The key's policy is that of its template.",
    controls: ACCESS,
    types: keyTypes,
    calls: [getKeyPolicy],
    properties: ['KeyPolicy'],
    expected: ({ properties }) => ({ KeyPolicy: canonicalPolicy(properties['KeyPolicy']) }),
    read: async (ask, { physicalId }) => {
      const answer = await undefinedWhenMissing(
        ask(getKeyPolicy, { KeyId: physicalId, PolicyName: 'default' }),
        'NotFound',
      );
      return answer && { KeyPolicy: canonicalPolicy(answer.Policy) };
    },
  },
  {
    rule: 'key-rotation',
    title: 'The key rotates as its template says.',
    controls: KEYS,
    types: keyTypes,
    calls: [getRotation],
    properties: ['EnableKeyRotation'],
    read: async (ask, { physicalId, properties }) => {
      // Keys that sign cannot rotate, and may not be asked.
      if (properties['EnableKeyRotation'] === undefined) return {};
      const answer = await undefinedWhenMissing(ask(getRotation, { KeyId: physicalId }), 'NotFound');
      return answer && { EnableKeyRotation: answer.KeyRotationEnabled };
    },
  },
  {
    rule: 'key-alias',
    title: 'The alias leads to the key that its template names.',
    controls: KEYS,
    types: ['AWS::KMS::Alias'],
    calls: [listAliases],
    properties: ['TargetKeyId'],
    expected: ({ properties }) => ({
      TargetKeyId: String(properties['TargetKeyId']).replace(/^.*:key\//, ''),
    }),
    read: async (ask, { properties }) => {
      const aliases = await allPages(
        (Marker) => ask(listAliases, { Marker, Limit: 100 }),
        ({ Aliases }) => Aliases,
        ({ Truncated, NextMarker }) => (Truncated === true ? NextMarker : undefined),
      );
      const alias = aliases.find(({ AliasName }) => AliasName === properties['AliasName']);
      return alias && { TargetKeyId: alias.TargetKeyId };
    },
  },
  {
    rule: 'secret-encryption',
    title: 'The secret is encrypted, copied and rotated as the templates say.',
    controls: REST,
    types: ['AWS::SecretsManager::Secret'],
    calls: [describeSecret],
    properties: ['KmsKeyId', 'ReplicaRegions', 'Rotator'],
    expected: ({ physicalId, properties }, region) => ({
      ...properties,
      // A function that rotates a secret reads it.
      Rotator: besides(region, 'AWS::SecretsManager::RotationSchedule', 'SecretId', physicalId)[0]
        ?.properties['RotationLambdaARN'],
    }),
    read: async (ask, { physicalId }) => {
      const answer = await undefinedWhenMissing(
        ask(describeSecret, { SecretId: physicalId }),
        'ResourceNotFound',
      );
      if (answer === undefined || answer.DeletedDate !== undefined) return undefined;
      return {
        KmsKeyId: answer.KmsKeyId,
        Rotator: answer.RotationLambdaARN,
        ReplicaRegions: answer.ReplicationStatus?.map(({ Region, KmsKeyId }) => ({ Region, KmsKeyId })),
      };
    },
  },
  {
    rule: 'secret-policy',
    title: "The secret's policy is that of the templates; where they have none there is none.",
    controls: ACCESS,
    types: ['AWS::SecretsManager::Secret'],
    calls: [getSecretPolicy],
    properties: ['ResourcePolicy'],
    expected: ({ physicalId }, region) => ({
      ResourcePolicy: canonicalPolicy(
        besides(region, 'AWS::SecretsManager::ResourcePolicy', 'SecretId', physicalId)[0]?.properties[
          'ResourcePolicy'
        ],
      ),
    }),
    read: async (ask, { physicalId }) => {
      const answer = await undefinedWhenMissing(
        ask(getSecretPolicy, { SecretId: physicalId }),
        'ResourceNotFound',
      );
      return answer && { ResourcePolicy: canonicalPolicy(answer.ResourcePolicy) };
    },
  },
  {
    rule: 'parameter-value',
    title: 'The parameter holds the value of its template.',
    controls: CHANGE,
    types: ['AWS::SSM::Parameter'],
    calls: [getParameter],
    properties: ['Type', 'Value'],
    read: async (ask, { properties }) => {
      const answer = await undefinedWhenMissing(
        ask(getParameter, { Name: String(properties['Name']) }),
        'ParameterNotFound',
      );
      return answer?.Parameter && { Type: answer.Parameter.Type, Value: answer.Parameter.Value };
    },
  },
];
