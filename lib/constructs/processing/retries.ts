/** One kind of retry of the workflow's tasks; full jitter: a pause is anything between nothing and its bound. */
export interface RetryPolicy {
  /** Bound of the first pause, in seconds. */
  readonly intervalSeconds: number;
  /** Retries after the first attempt. */
  readonly maxAttempts: number;
}

/** How much the bound of the pause grows from one retry to the next; it stops at `BOUNDS.retryPauseSeconds`. */
export const BACKOFF_RATE = 2;

/**
 * Rekognition's rate is exceeded: starts are paced, so that somebody else uses it too, or calls were held up and came
 * together. Spread over two seconds they seldom do so again.
 */
export const THROTTLED: RetryPolicy = { intervalSeconds: 2, maxAttempts: 5 };
/** A service or the platform is failing. */
export const UNAVAILABLE: RetryPolicy = { intervalSeconds: 1, maxAttempts: 3 };
/** A task did not answer in time. */
export const TIMED_OUT: RetryPolicy = { intervalSeconds: 1, maxAttempts: 1 };

/**
 * What passes by itself: a service that a function needs, or the platform.
 * https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
export const PASSING_FAULTS = [
  'DependencyUnavailable',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
