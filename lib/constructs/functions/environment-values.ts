import type { WebhookEndpoints } from '../../../lambda/domain/webhook-endpoint';
import type { VariableName } from '../../../lambda/environment';
import { type FunctionId, functionDefinition } from '../../../lambda/functions';
import { type StageConfig, toldClients } from '../../config/schema';
import type { BaseStackProps } from '../../stage-context';
import { longestStartWaitSeconds } from '../processing/intake-concurrency';
import { leaseSeconds } from '../processing/time-limits';

/** What each client may upload within an hour, by its plan. */
const picturesPerHour = ({ plans, clients }: StageConfig): Record<string, number> => {
  const ofPlan = new Map(plans.map((plan) => [plan.id, plan.picturesPerHour]));
  return Object.fromEntries(clients.map(({ id, plan }) => [id, ofPlan.get(plan) ?? 0]));
};

/** A disabled endpoint is another one once its address or its confirmation changed. */
const webhookEndpoints = (config: StageConfig): WebhookEndpoints =>
  Object.fromEntries(
    toldClients(config).map(({ id, webhook }) => [
      id,
      { revision: `${webhook.address} ${webhook.confirmedOn}` },
    ]),
  );

type Value = (stage: BaseStackProps) => string | number;

/** What each variable of lambda/environment.ts says in a stage. */
const VALUES: Readonly<Record<VariableName, Value>> = {
  PICTURE_BUCKET: ({ names }) => names.pictureBucket,
  DETECTION_LOGS_TABLE: ({ names }) => names.detectionLogsTable,
  ERASURE_LEDGER_TABLE: ({ names }) => names.erasureLedgerTable,
  CLIENT_PARAMETER_PREFIX: ({ names }) => names.clientParameterPrefix,
  THRESHOLDS_PARAMETER: ({ names }) => names.thresholdsParameter,
  CURSOR_SECRET: ({ names }) => names.cursorSecret,
  STATE_MACHINE_ARN: ({ names }) => names.stateMachineAliasArn,
  REVIEW_TOPIC_ARN: ({ names }) => names.topicArn(names.reviewTopic),
  CORS_ORIGINS: ({ config }) => config.api.corsOrigins.join(','),
  PICTURES_PER_HOUR: ({ config }) => JSON.stringify(picturesPerHour(config)),
  LEASE_SECONDS: ({ config }) => leaseSeconds(config),
  WORKFLOW_TIMEOUT_SECONDS: ({ config }) => config.workflow.timeoutSeconds,
  STARTS_PER_SECOND: ({ config }) => config.rekognitionTransactionsPerSecond,
  LONGEST_START_WAIT_SECONDS: ({ config }) => longestStartWaitSeconds(config),
  MAX_RECEIVE_COUNT: ({ config }) => config.workflow.maxReceiveCount,
  PENDING_DAYS: ({ config }) => config.retention.pendingRecord,
  RECORD_DAYS: ({ config }) => config.retention.inputPicture,
  CLASSIFIED_DAYS: ({ config }) => config.retention.classifiedPicture,
  REVIEW_DAYS: ({ config }) => config.retention.reviewPicture,
  QUARANTINE_DAYS: ({ config }) => config.retention.quarantinedPicture,
  REVIEW_PEOPLE: ({ config }) =>
    JSON.stringify(Object.fromEntries(config.clients.map(({ id, reviewPeople = 1 }) => [id, reviewPeople]))),
  REVIEWER_ROLE_ARN: ({ names }) => names.roleArn('reviewer'),
  STEWARD_ROLE_ARN: ({ names }) => names.roleArn('data-steward'),
  REVIEW_EXPIRE_DAYS: ({ config }) => config.review.expireAfterDays,
  REVIEW_ON_EXPIRY: ({ config }) => config.review.onExpiry,
  WEBHOOK_ENDPOINTS: ({ config }) => JSON.stringify(webhookEndpoints(config)),
  WEBHOOK_NAME_PREFIX: ({ names }) => names.webhookSecret(''),
  WEBHOOK_OVERLAP_DAYS: ({ config }) => config.webhookSecretOverlapDays,
};

/** What a function's definition asks for, besides what every function gets. */
export const environmentOf = (id: FunctionId, stage: BaseStackProps): Record<string, string> =>
  Object.fromEntries(
    Object.keys(functionDefinition(id).environment.shape).map((name) => [
      name,
      String(VALUES[name as VariableName](stage)),
    ]),
  );
