import * as z from 'zod';
import { expiryOutcomeSchema } from './domain/review-record';
import { webhookEndpointsSchema } from './domain/webhook-endpoint';
import { STAGE_NAMES } from './domain/stage-names';

/** What every function gets from the function construct; a definition cannot set or forget it. */
export const baseEnvironmentSchema = z.object({
  STAGE: z.enum(STAGE_NAMES),
  POWERTOOLS_SERVICE_NAME: z.string(),
  POWERTOOLS_METRICS_NAMESPACE: z.string(),
  POWERTOOLS_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
});
export type BaseEnvironment = z.infer<typeof baseEnvironmentSchema>;

const positive = z.coerce.number<string>().positive();

/**
 * Every variable that a function may ask for: its schema here, its value in
 * lib/constructs/functions/environment-values.ts. All are strings on the wire; numbers are coerced. Times are in seconds,
 * life in days.
 */
export const VARIABLES = {
  PICTURE_BUCKET: z.string(),
  DETECTION_LOGS_TABLE: z.string(),
  ERASURE_LEDGER_TABLE: z.string(),
  CLIENT_PARAMETER_PREFIX: z.string(),
  THRESHOLDS_PARAMETER: z.string(),
  CURSOR_SECRET: z.string(),
  STATE_MACHINE_ARN: z.string(),
  REVIEW_TOPIC_ARN: z.string(),
  /** The origins of the API's CORS policy, separated by commas. */
  CORS_ORIGINS: z.string(),
  /** Client id → uploads within an hour, as JSON. */
  PICTURES_PER_HOUR: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.int().positive())),
  LEASE_SECONDS: positive,
  WORKFLOW_TIMEOUT_SECONDS: positive,
  STARTS_PER_SECOND: positive,
  LONGEST_START_WAIT_SECONDS: positive,
  MAX_RECEIVE_COUNT: positive,
  PENDING_DAYS: positive,
  /** Of a record whose picture is not decided yet. */
  RECORD_DAYS: positive,
  CLASSIFIED_DAYS: positive,
  REVIEW_DAYS: positive,
  QUARANTINE_DAYS: positive,
  /** Client id → people who must agree on a picture of its, as JSON; one where it is not named. */
  REVIEW_PEOPLE: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.int().positive())),
  /** Whose sessions review. */
  REVIEWER_ROLE_ARN: z.string(),
  /** Whose sessions erase any client's picture. */
  STEWARD_ROLE_ARN: z.string(),
  REVIEW_EXPIRE_DAYS: positive,
  REVIEW_ON_EXPIRY: expiryOutcomeSchema,
  /** Client id → its endpoint, as JSON; without those that are not told. */
  WEBHOOK_ENDPOINTS: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(webhookEndpointsSchema),
  /** What the names of the secrets that sign for clients begin with. */
  WEBHOOK_NAME_PREFIX: z.string(),
  WEBHOOK_OVERLAP_DAYS: positive,
} as const satisfies Record<string, z.ZodType>;
export type VariableName = keyof typeof VARIABLES;

/** The schema of an environment with these variables. */
export const variables = <Name extends VariableName = never>(
  ...names: Name[]
): z.ZodObject<Pick<typeof VARIABLES, Name>> =>
  z.object(Object.fromEntries(names.map((name) => [name, VARIABLES[name]])) as Pick<typeof VARIABLES, Name>);
