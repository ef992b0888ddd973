import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { toldClients } from '../../config/schema';
import type { RotationInput } from '../../rotation/api-key-rotation-definition';
import type { WebhookSecretRotationInput } from '../../rotation/webhook-secret-rotation-definition';
import type { WebhooksInput } from '../webhooks/webhooks-definition';
import type { StageStackProps } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';

export interface RotationSchedulesProps extends StageStackProps {
  readonly apiKeyRotation: IStateMachine;
  readonly cursorKeyRotation: IStateMachine;
  /** There when clients are told. */
  readonly webhookSecretRotation: IStateMachine | undefined;
  /** Usage plan ids by the plan ids of the configuration. */
  readonly usagePlanIds: Readonly<Record<string, string>>;
}

/** A missed start is tried again for so long. */
const PATIENT = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 };
/** The start after a minute makes up for it. */
const NOT_REPEATED = { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 };

/**
 * Starts the rotation of each client's key, of the cursor key and of the secrets that sign messages, at the configured
 * pace, and every minute the telling of each client that wants it; the first run follows the deployment at once.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export class RotationSchedules extends Construct {
  constructor(scope: Construct, id: string, props: RotationSchedulesProps) {
    super(scope, id);
    const { config, names, keys, usagePlanIds } = props;
    const told = toldClients(config);
    const group = new CfnScheduleGroup(this, 'Group', { name: names.scheduleGroup });
    const { role, policy } = new ServiceRole(this, 'Role', {
      names,
      purpose: 'api-key-schedule',
      // And the telling of clients: as in rotation-role.ts, the text cannot change.
      description: 'EventBridge Scheduler starts the rotations',
      service: 'scheduler.amazonaws.com',
      sourceArn: names.arn('scheduler', `schedule-group/${names.scheduleGroup}`),
      statements: [
        new PolicyStatement({
          sid: 'StartWorkflows',
          actions: ['states:StartExecution'],
          resources: [
            props.apiKeyRotation.stateMachineArn,
            props.cursorKeyRotation.stateMachineArn,
            ...(props.webhookSecretRotation
              ? [props.webhookSecretRotation.stateMachineArn, names.webhooksArn]
              : []),
          ],
        }),
        new PolicyStatement({
          sid: 'LeaveUndelivered',
          actions: ['sqs:SendMessage'],
          resources: [names.queueArn(names.failureQueue)],
        }),
        new PolicyStatement({
          sid: 'EncryptUndelivered',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [keys.messaging.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `sqs.${names.region}.amazonaws.com` } },
        }),
        new PolicyStatement({
          sid: 'DecryptInput',
          actions: ['kms:Decrypt'],
          resources: [keys.secrets.keyArn],
          // The service asks KMS as this role, not on its behalf: no kms:ViaService.
          // https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
          conditions: {
            ArnLike: { 'kms:EncryptionContext:aws:scheduler:schedule:arn': names.scheduleArn('*') },
          },
        }),
      ],
    });
    const rotation = `rate(${config.apiKeyRotation.everyDays} days)`;
    const schedule = (
      scheduleId: string,
      name: string,
      target: { readonly stateMachineArn: string },
      input: object,
      { expression = rotation, retryPolicy = PATIENT } = {},
    ) => {
      new CfnSchedule(this, scheduleId, {
        name,
        groupName: group.ref,
        scheduleExpression: expression,
        flexibleTimeWindow: { mode: 'OFF' },
        kmsKeyArn: keys.secrets.keyArn,
        target: {
          arn: target.stateMachineArn,
          roleArn: role.roleArn,
          input: JSON.stringify(input),
          retryPolicy,
          deadLetterConfig: { arn: names.queueArn(names.failureQueue) },
        },
      }).node.addDependency(policy);
    };
    for (const client of config.clients) {
      const usagePlanId = usagePlanIds[client.plan];
      if (usagePlanId === undefined) throw new RangeError(`The plan ${client.plan} has no usage plan.`);
      schedule(`Client-${client.id}`, names.apiKey(client.id), props.apiKeyRotation, {
        clientId: client.id,
        apiKeyName: names.apiKey(client.id),
        usagePlanId,
        secretId: names.clientSecret(client.id),
      } satisfies RotationInput);
    }
    schedule('Cursor', names.cursorKeyRotation, props.cursorKeyRotation, {});
    for (const { id: clientId, webhook } of told) {
      if (props.webhookSecretRotation !== undefined)
        schedule(
          `WebhookSecret-${clientId}`,
          `${names.webhookSecretRotation}-${clientId}`,
          props.webhookSecretRotation,
          { secretId: names.webhookSecret(clientId) } satisfies WebhookSecretRotationInput,
        );
      schedule(
        `Webhooks-${clientId}`,
        names.webhookSchedule(clientId),
        { stateMachineArn: names.webhooksArn },
        { clientId, address: webhook.address, round: 0, outcomes: [] } satisfies WebhooksInput,
        { expression: 'rate(1 minute)', retryPolicy: NOT_REPEATED },
      );
    }
  }
}
