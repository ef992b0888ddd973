import { DependencyUnavailableError } from '../domain/errors';

interface ServiceError extends Error {
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

const THROTTLING = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'Throttled',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'TransactionInProgressException',
  'SlowDown',
]);
/** Two conditional writes of one key at once: S3 asks to try again. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const CONFLICTS = new Set(['ConditionalRequestConflict', 'OperationAborted']);
const NETWORK = new Set([
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** The error's name as its service spells it, or '' for what is no error. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '');

export const isThrottling = (error: unknown): boolean =>
  THROTTLING.has(errorName(error)) || (error as ServiceError).$metadata?.httpStatusCode === 429;

/** What a retry may cure: throttling, a fault of the service, or of the way to it. */
const isTransient = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { name, code, $fault, $metadata }: ServiceError = error;
  return (
    isThrottling(error) ||
    CONFLICTS.has(name) ||
    $fault === 'server' ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    NETWORK.has(name) ||
    (code !== undefined && NETWORK.has(code))
  );
};

/**
 * Runs one AWS call.
 * @throws DependencyUnavailableError for what a retry may cure; any other error as the service named it.
 */
export async function call<T>(operation: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (isTransient(error)) {
      throw new DependencyUnavailableError(`${operation}: ${errorName(error)}`, { cause: error });
    }
    throw error;
  }
}
