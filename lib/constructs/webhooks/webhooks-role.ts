import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { toldClients } from '../../config/schema';
import type { StageStackProps } from '../../stage-context';
import { LOG_DELIVERY_ACTIONS, TRACE_ACTIONS } from '../iam/state-machine-needs';
import { ServiceRole } from '../iam/service-role';

export interface WebhooksRoleProps extends StageStackProps {
  readonly connectionArn: string;
}

/**
 * The role of the workflow that tells clients. It may call the configured addresses and no other, whatever its input says:
 * that is the allow-list. https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions
 */
export function webhooksRole(
  scope: Construct,
  { config, names, keys, connectionArn }: WebhooksRoleProps,
): ServiceRole {
  const allow = (sid: string, actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
    new PolicyStatement({ sid, actions, resources, ...(conditions === undefined ? {} : { conditions }) });
  return new ServiceRole(scope, 'Role', {
    names,
    purpose: 'webhooks-workflow',
    description: 'The workflow that tells clients signs and sends',
    service: 'states.amazonaws.com',
    sourceArn: names.webhooksArn,
    statements: [
      allow('InvokeTasks', ['lambda:InvokeFunction'], [names.functionAliasArn('webhooks')]),
      // The guide authorizes it on the state machine, the Service Authorization Reference on nothing: "*" holds for both.
      allow('CallConfirmedAddresses', ['states:InvokeHTTPEndpoint'], ['*'], {
        StringEquals: {
          'states:HTTPEndpoint': toldClients(config).map(({ webhook }) => webhook.address),
          'states:HTTPMethod': 'POST',
        },
      }),
      allow('UseConnection', ['events:RetrieveConnectionCredentials'], [connectionArn]),
      allow(
        'ReadSecretOfConnection',
        ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        [names.arn('secretsmanager', `secret:events!connection/${names.webhookConnection}/*`)],
      ),
      allow('DeliverLogs', LOG_DELIVERY_ACTIONS, ['*']),
      allow('SendTraces', TRACE_ACTIONS, ['*']),
      allow('EncryptExecutions', ['kms:Decrypt', 'kms:GenerateDataKey'], [keys.data.keyArn], {
        StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': names.webhooksArn },
      }),
      allow('EncryptLogs', ['kms:GenerateDataKey'], [keys.data.keyArn], {
        ArnLike: { 'kms:EncryptionContext:SourceArn': names.arn('logs', '*') },
      }),
    ],
  });
}
