export interface CallLimits {
  /** Attempts of one call; 1 where Step Functions or SQS retries, so that retries do not multiply. */
  readonly attempts: number;
  /** Seconds that one attempt may take. */
  readonly seconds: number;
}

/** For functions that answer a waiting client. */
export const INTERACTIVE: CallLimits = { attempts: 3, seconds: 3 };
/** For tasks of the state machine, which retries them by error name with full jitter. */
export const WORKFLOW_TASK: CallLimits = { attempts: 2, seconds: 8 };

/**
 * What every client is made with. Region and credentials come from the function's environment.
 * Checksums only where an operation requires them: the default would bake an empty body's CRC32 into presigned forms.
 */
export const clientConfiguration = ({ attempts, seconds }: CallLimits) => ({
  maxAttempts: attempts,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: seconds * 1_000, throwOnRequestTimeout: true },
  requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  responseChecksumValidation: 'WHEN_REQUIRED' as const,
});
