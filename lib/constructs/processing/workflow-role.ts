import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FunctionId } from '../../../lambda/functions';
import type { StageStackProps } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';
import { LOG_DELIVERY_ACTIONS, TRACE_ACTIONS } from '../iam/state-machine-needs';

/** The workflow's role: it invokes its tasks' live aliases, and logs and traces itself. */
export function workflowRole(
  scope: Construct,
  { names, keys }: StageStackProps,
  tasks: readonly FunctionId[],
): ServiceRole {
  return new ServiceRole(scope, 'Role', {
    names,
    purpose: 'classification',
    description: 'The classification workflow invokes its tasks',
    service: 'states.amazonaws.com',
    sourceArn: `${names.stateMachineArn}*`,
    statements: [
      new PolicyStatement({
        sid: 'InvokeTasks',
        actions: ['lambda:InvokeFunction'],
        resources: tasks.map((id) => names.functionAliasArn(id)),
      }),
      new PolicyStatement({ sid: 'DeliverLogs', actions: LOG_DELIVERY_ACTIONS, resources: ['*'] }),
      new PolicyStatement({ sid: 'SendTraces', actions: TRACE_ACTIONS, resources: ['*'] }),
      new PolicyStatement({
        sid: 'EncryptExecutions',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [keys.data.keyArn],
        conditions: {
          // Whether an execution that was started by its alias has it in the context is not documented.
          ArnLike: {
            'kms:EncryptionContext:aws:states:stateMachineArn': [
              names.stateMachineArn,
              `${names.stateMachineArn}:*`,
            ],
          },
        },
      }),
      new PolicyStatement({
        sid: 'EncryptLogs',
        actions: ['kms:GenerateDataKey'],
        resources: [keys.data.keyArn],
        conditions: { ArnLike: { 'kms:EncryptionContext:SourceArn': names.arn('logs', '*') } },
      }),
    ],
  });
}
