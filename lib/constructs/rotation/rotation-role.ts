import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { toldClients } from '../../config/schema';
import type { StageStackProps } from '../../stage-context';
import { LOG_DELIVERY_ACTIONS, TRACE_ACTIONS } from '../iam/state-machine-needs';
import { ServiceRole } from '../iam/service-role';

const rotationsOf = (names: StageStackProps['names'], areClientsTold: boolean): string[] => [
  names.apiKeyRotation,
  names.cursorKeyRotation,
  ...(areClientsTold ? [names.webhookSecretRotation] : []),
];

/** What the rotations may do: make, attach, confirm, store and disable API keys, store a new cursor key and new secrets that sign. */
export function rotationRole(scope: Construct, { config, names, keys }: StageStackProps): ServiceRole {
  const gateway = (resource: string) => `arn:aws:apigateway:${names.region}::${resource}`;
  const stateMachines = rotationsOf(names, toldClients(config).length > 0).map((name) =>
    names.arn('states', `stateMachine:${name}`),
  );
  const allow = (sid: string, actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
    new PolicyStatement({ sid, actions, resources, ...(conditions === undefined ? {} : { conditions }) });
  return new ServiceRole(scope, 'Role', {
    names,
    purpose: 'api-key-rotation',
    // As it was first written: a managed policy's description cannot change, and a named one cannot be replaced.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
    description: 'The rotations replace API keys and the cursor key',
    service: 'states.amazonaws.com',
    sourceArn: names.arn('states', `stateMachine:${names.prefix}-*-rotation`),
    statements: [
      allow('FindAndMakeKeys', ['apigateway:GET', 'apigateway:POST'], [gateway('/apikeys')]),
      allow('DisableOrRemoveKeys', ['apigateway:DELETE', 'apigateway:PATCH'], [gateway('/apikeys/*')]),
      allow('AttachKeys', ['apigateway:POST'], [gateway('/usageplans/*/keys')]),
      allow('ConfirmKeys', ['apigateway:GET'], [gateway('/usageplans/*/keys/*')]),
      allow('NameClients', ['ssm:PutParameter'], [names.parameterArn(`${names.clientParameterPrefix}/*`)]),
      allow(
        'StoreKeys',
        ['secretsmanager:PutSecretValue'],
        [
          names.secretArnPattern(names.cursorSecret),
          ...config.clients.map(({ id }) => names.secretArnPattern(names.clientSecret(id))),
          ...toldClients(config).map(({ id }) => names.secretArnPattern(names.webhookSecret(id))),
        ],
      ),
      // The action knows no resource.
      allow('MakeCursorKey', ['secretsmanager:GetRandomPassword'], ['*']),
      allow('EncryptSecrets', ['kms:Decrypt', 'kms:GenerateDataKey'], [keys.secrets.keyArn], {
        StringEquals: { 'kms:ViaService': `secretsmanager.${names.region}.amazonaws.com` },
      }),
      allow('EncryptExecutions', ['kms:Decrypt', 'kms:GenerateDataKey'], [keys.secrets.keyArn], {
        StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': stateMachines },
      }),
      allow('EncryptLogs', ['kms:GenerateDataKey'], [keys.secrets.keyArn], {
        ArnLike: { 'kms:EncryptionContext:SourceArn': names.arn('logs', '*') },
      }),
      allow('DeliverLogs', LOG_DELIVERY_ACTIONS, ['*']),
      allow('SendTraces', TRACE_ACTIONS, ['*']),
    ],
  });
}
