import type { EventAlertDefinition } from './alarm-definition';

/** Services whose faults are ours, by AWS Health's codes. */
const SERVICES = [
  'APIGATEWAY',
  'LAMBDA',
  'STATES',
  'S3',
  'DYNAMODB',
  'SQS',
  'SNS',
  'KMS',
  'REKOGNITION',
  'VPC',
] as const;

/** Events of AWS services that are alerts as they stand; each becomes a rule with the alert topic as target. */
export const EVENT_ALERTS: readonly EventAlertDefinition[] = [
  {
    id: 'rule-not-compliant',
    severity: 'high',
    owner: 'security',
    why: 'AWS Config found a resource that breaks one of our rules.',
    response:
      'The event names rule and resource. A change outside of a release explains most; deploy the stage again to undo it.',
    source: 'aws.config',
    detailType: 'Config Rules Compliance Change',
    detail: {
      messageType: ['ComplianceChangeNotification'],
      newEvaluationResult: { complianceType: ['NON_COMPLIANT'] },
    },
  },
  {
    id: 'backup-job-failed',
    severity: 'high',
    owner: 'operations',
    why: 'A backup did not finish: the recovery point objective is at risk.',
    response: 'Read the status message of the job; start the backup by hand when the cause is gone.',
    source: 'aws.backup',
    detailType: 'Backup Job State Change',
    detail: { state: ['FAILED', 'ABORTED', 'EXPIRED'] },
  },
  {
    id: 'backup-copy-failed',
    severity: 'high',
    owner: 'operations',
    why: 'A backup was not copied to the second region.',
    response: 'Check the vault and its key in the second region, then copy the recovery point by hand.',
    source: 'aws.backup',
    detailType: 'Copy Job State Change',
    detail: { state: ['FAILED'] },
  },
  {
    id: 'threat-found',
    severity: 'critical',
    owner: 'security',
    why: 'GuardDuty found a threat of medium severity or higher.',
    response: 'Open the finding; isolate the function or disable the key it names.',
    source: 'aws.guardduty',
    detailType: 'GuardDuty Finding',
    detail: { severity: [{ numeric: ['>=', 4] }] },
  },
  {
    id: 'external-access-found',
    severity: 'critical',
    owner: 'security',
    why: 'Access Analyzer found that somebody outside of the account can reach a resource.',
    response: 'Undo the policy change that the finding names.',
    source: 'aws.access-analyzer',
    detailType: 'Access Analyzer Finding',
    detail: { status: ['ACTIVE'] },
  },
  {
    id: 'service-event',
    severity: 'medium',
    owner: 'operations',
    why: 'AWS reports a fault of a service that we use, or announces a change to our resources.',
    response: 'Read the event in the AWS Health dashboard.',
    source: 'aws.health',
    detailType: 'AWS Health Event',
    detail: {
      // AWS writes most of them in capitals, and at least one as "Rekognition":
      // https://docs.aws.amazon.com/rekognition/latest/dg/moderation-response-update.html
      service: SERVICES.map((service) => ({ 'equals-ignore-case': service })),
      eventTypeCategory: ['issue', 'scheduledChange'],
    },
  },
  {
    id: 'key-rotation-failed',
    severity: 'high',
    owner: 'security',
    why: 'The rotation of a client’s API key, of the key that signs page tokens, or of a secret that signs what a client is told, stopped half-way; the old key still works.',
    response:
      'The event tells no cause, for the workflow is encrypted under our key: open the execution’s log. Remove the new key if it was not stored, then start the rotation again.',
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    detail: {
      status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
      stateMachineArn: [
        { suffix: '-api-key-rotation' },
        { suffix: '-cursor-key-rotation' },
        { suffix: '-webhook-secret-rotation' },
      ],
    },
  },
];
