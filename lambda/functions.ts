import type { AwsCall } from './aws-calls';
import { detectionStreamFunction } from './detection-stream/detection-stream-definition';
import { eraseFunction } from './file-manager/erase-definition';
import { organiseFunction } from './file-manager/organise-definition';
import type { FunctionDefinition } from './function-definition';
import { analyzeFunction } from './image-processor/analyze-definition';
import { classifyAndLogFunction } from './image-processor/classify-and-log-definition';
import { intakeFunction } from './image-processor/intake-definition';
import { queryFunction } from './image-processor/query-definition';
import { uploadFunction } from './image-processor/upload-definition';
import { notifyFunction } from './notification-service/notify-definition';
import { reviewsFunction } from './review-service/reviews-definition';
import { settleReviewsFunction } from './review-service/settle-reviews-definition';
import { webhooksFunction } from './webhook-service/webhooks-definition';

/** Every function of the application, in the order in which documents and templates list them. */
const DEFINITIONS = [
  uploadFunction,
  queryFunction,
  intakeFunction,
  analyzeFunction,
  classifyAndLogFunction,
  organiseFunction,
  eraseFunction,
  notifyFunction,
  reviewsFunction,
  settleReviewsFunction,
  detectionStreamFunction,
  webhooksFunction,
] as const;
type Definition = (typeof DEFINITIONS)[number];
export type FunctionId = Definition['id'];
export const FUNCTION_IDS: readonly FunctionId[] = DEFINITIONS.map(({ id }) => id);

/** The definitions by their ids. */
export const FUNCTIONS = Object.fromEntries(DEFINITIONS.map((each) => [each.id, each])) as {
  readonly [Each in Definition as Each['id']]: Each;
};

/** As {@link FUNCTIONS}, where only what all definitions have counts. */
export const functionDefinition = (id: FunctionId): FunctionDefinition => FUNCTIONS[id];

/** The functions that a stack has. */
export type FunctionOf<Stack extends FunctionDefinition['stack']> = {
  [Id in FunctionId]: (typeof FUNCTIONS)[Id]['stack'] extends Stack ? Id : never;
}[FunctionId];

/** Their ids, in the order of all. */
export const functionsOf = <Stack extends FunctionDefinition['stack']>(stack: Stack): FunctionOf<Stack>[] =>
  FUNCTION_IDS.filter((id): id is FunctionOf<Stack> => FUNCTIONS[id].stack === stack);

const byFunction = <Value>(value: (id: FunctionId) => Value): Readonly<Record<FunctionId, Value>> =>
  Object.fromEntries(FUNCTION_IDS.map((id) => [id, value(id)])) as Record<FunctionId, Value>;

/**
 * Every AWS call that each function's code makes: the single source of the functions' identity policies, endpoint
 * policies and security-group egress, and of the IAM proof. What the platform needs besides (logs, traces, network
 * interfaces, polling) is declared where the stacks grant it.
 */
export const FUNCTION_CALLS: Readonly<Record<FunctionId, readonly AwsCall[]>> = byFunction(
  (id) => FUNCTIONS[id].calls,
);

/** `classifyAndLog` → `classify-and-log`: the end of its names in AWS, and its folder under dist/functions. */
export const kebabName = (id: FunctionId): string =>
  id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
