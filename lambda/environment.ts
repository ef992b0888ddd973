import * as z from 'zod';
import type { FunctionId } from './function-ids';

/** What every function gets from the function construct; a stack cannot set or forget it. */
export const baseEnvironmentSchema = z.object({
  STAGE: z.enum(['dev', 'staging', 'prod']),
  POWERTOOLS_SERVICE_NAME: z.string(),
  POWERTOOLS_METRICS_NAMESPACE: z.string(),
  POWERTOOLS_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
});
export type BaseEnvironment = z.infer<typeof baseEnvironmentSchema>;

const positive = z.coerce.number<string>().positive();
const pictures = { PICTURE_BUCKET: z.string() };
const records = { DETECTION_LOGS_TABLE: z.string() };
const clients = { CLIENT_PARAMETER_PREFIX: z.string() };
/** The origins of the API's CORS policy, separated by commas. */
const api = { CORS_ORIGINS: z.string() };

/**
 * One schema per function: it types `environment` in the stack and checks it when the function starts.
 * All values are strings on the wire; numbers are coerced. Times are in seconds, life in days.
 */
export const ENVIRONMENT_SCHEMAS = {
  upload: z.object({
    ...api,
    ...pictures,
    ...records,
    ...clients,
    ERASURE_LEDGER_TABLE: z.string(),
    PENDING_DAYS: positive,
    RECORD_DAYS: positive,
    /** Client id → uploads within an hour, as JSON. */
    PICTURES_PER_HOUR: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(z.record(z.string(), z.int().positive())),
  }),
  query: z.object({ ...api, ...records, ...clients, CURSOR_SECRET: z.string() }),
  intake: z.object({
    ...pictures,
    ...records,
    ERASURE_LEDGER_TABLE: z.string(),
    STATE_MACHINE_ARN: z.string(),
    LEASE_SECONDS: positive,
    WORKFLOW_TIMEOUT_SECONDS: positive,
    STARTS_PER_SECOND: positive,
    LONGEST_START_WAIT_SECONDS: positive,
    MAX_RECEIVE_COUNT: positive,
    RECORD_DAYS: positive,
  }),
  analyze: z.object({ ...pictures, THRESHOLDS_PARAMETER: z.string() }),
  classifyAndLog: z.object({ ...records }),
  organise: z.object({
    ...pictures,
    ...records,
    CLASSIFIED_DAYS: positive,
    REVIEW_DAYS: positive,
    QUARANTINE_DAYS: positive,
  }),
  erase: z.object({ ...api, ...pictures, ...records, ...clients, ERASURE_LEDGER_TABLE: z.string() }),
  notify: z.object({ ...records, REVIEW_TOPIC_ARN: z.string() }),
  detectionStream: z.object({}),
} as const satisfies Record<FunctionId, z.ZodObject>;

/** What a stack must pass for a function: the schema's keys, as strings. */
export type FunctionEnvironment<Id extends FunctionId> = z.input<(typeof ENVIRONMENT_SCHEMAS)[Id]>;
/** What a handler reads: the parsed values. */
export type ParsedEnvironment<Id extends FunctionId> = z.output<(typeof ENVIRONMENT_SCHEMAS)[Id]> &
  BaseEnvironment;
