import type * as z from 'zod';
import type { AwsCall } from './aws-calls';
import type { VARIABLES } from './environment';

/** What the configuration of a stage says about how much runs at once, and for how long. */
export interface StageLimits {
  /** Requests that the API lets through at once. */
  readonly requestsAtOnce: number;
  /** Of these, uploads. */
  readonly uploadsAtOnce: number;
  /** How many clients there are. */
  readonly clients: number;
  /** Pictures in the workflow or waiting for its start. */
  readonly pictureSlots: number;
  /** The longest that one of them holds its slot. */
  readonly pictureSeconds: number;
}

/** A figure, or how it follows from the stage's configuration. */
export type PerStage = number | ((stage: StageLimits) => number);

/** Names of variables → their schemas; see {@link VARIABLES}. */
export type EnvironmentSchema = z.ZodObject<Partial<typeof VARIABLES>>;

/**
 * Everything that is particular to one function; what all have in common stands in
 * lib/constructs/functions/serverless-function.ts (network, keys, logs and their life, tracing, dead letters, alias). Role,
 * endpoint policies, security group, names, alarms, bundle, documents and the questions of the proofs follow from it.
 *
 * What stays apart on purpose, because it evaluates this record: policies/endpoints (whoever owns the policies consents to
 * the actions), compliance/rules/proofs (finds resources in the templates and knows the services' endpoints by itself),
 * test/support/port-calls.ts (what the code really calls) and lib/monitoring/trail-alerts.ts (who may read pictures
 * without an alert is a decision of security).
 */
export interface FunctionDefinition {
  /** In camel case; its names in AWS end with it in kebab case. */
  readonly id: string;
  /** What it does, for whoever sees it in the account. */
  readonly description: string;
  /** Where its code begins, from the folder of this file. */
  readonly entry: string;
  /** The stack that has it: behind the API, or between an arrived picture and its decision. */
  readonly stack: 'api' | 'processing';
  /** What Lambda polls for it with its role; nothing for a function that somebody calls. */
  readonly polls?: 'intake-queue' | 'detection-stream';
  /** Every AWS call that its code makes. */
  readonly calls: readonly AwsCall[];
  /** What it reads from its environment; checked when it starts. */
  readonly environment: EnvironmentSchema;
  readonly timeoutSeconds: PerStage;
  /** Also its share of processor. */
  readonly memoryMegabytes: number;
  /** What it may take from the account's concurrency, and what nobody can take from it. */
  readonly concurrency: PerStage;
  /** Where its usual number of errors is another: in five minutes, and of a new version in one. */
  readonly errors?: { readonly inFiveMinutes: number; readonly ofNewVersionInOneMinute: number };
  /**
   * Billed handler time of one picture in a warm environment, for the cost of a picture; absent where it follows from the
   * stage, or no picture passes. Nothing of this ran on AWS: an assumption until a deployment's own logs say otherwise.
   */
  readonly assumedSeconds?: number;
}

/** Checks a definition and keeps its narrower type. */
export const defineFunction = <const Definition extends FunctionDefinition>(
  definition: Definition,
): Definition => definition;

/** What starts cold together. */
const LEAST_OF_A_TASK = 5;

/**
 * Of a task of the workflow: the share of all slots that may be in it at once. Rekognition may be slow for all of them;
 * the others take a fraction of a second, several times which fits.
 */
export const shareOfSlots =
  (share: number) =>
  ({ pictureSlots }: StageLimits): number =>
    Math.max(LEAST_OF_A_TASK, Math.ceil(pictureSlots * share));
