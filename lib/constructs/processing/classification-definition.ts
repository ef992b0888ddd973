import { BOUNDS } from '../../../lambda/domain/bounds';
import { Duration } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  type IChainable,
  JitterType,
  type RetryProps,
  Succeed,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { FUNCTION_IDS, type FunctionId } from '../../../lambda/functions';
import type { Names } from '../../names';
import { BACKOFF_RATE, PASSING_FAULTS, type RetryPolicy, THROTTLED, TIMED_OUT, UNAVAILABLE } from './retries';

/**
 * A function that is stopped at its own timeout, which comes before the task's, is told as `Lambda.Unknown`; newer
 * runtimes say `Sandbox.Timedout`. `Lambda.Unknown` stands for a function out of memory as well: one retry harms nothing.
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const TOO_SLOW = ['Lambda.Unknown', 'Sandbox.Timedout', 'States.Timeout'];

const retry = (errors: string[], { intervalSeconds, maxAttempts }: RetryPolicy): RetryProps => ({
  errors,
  interval: Duration.seconds(intervalSeconds),
  backoffRate: BACKOFF_RATE,
  maxDelay: Duration.seconds(BOUNDS.retryPauseSeconds),
  maxAttempts,
  // Many pictures fail together when a service does; full jitter keeps them from coming back together.
  jitterStrategy: JitterType.FULL,
});

export interface Classification {
  readonly definition: DefinitionBody;
  /** The functions that it invokes. */
  readonly tasks: readonly FunctionId[];
}

/**
 * Analyze → ClassifyAndLog → Organise → [Notify] → Complete. A rejected picture goes to quarantine; any other failure
 * ends the execution FAILED, and intake gives the message back.
 */
export function classification(scope: Construct, names: Names): Classification {
  const invoked = new Set<FunctionId>();
  const task = (id: string, fn: FunctionId, comment: string): LambdaInvoke => {
    invoked.add(fn);
    const state = new LambdaInvoke(scope, id, {
      comment,
      lambdaFunction: LambdaFunction.fromFunctionArn(scope, `${id}Function`, names.functionAliasArn(fn)),
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(Duration.seconds(BOUNDS.taskSeconds)),
    });
    state.addRetry(retry(['RekognitionThrottled'], THROTTLED));
    state.addRetry(retry(PASSING_FAULTS, UNAVAILABLE));
    state.addRetry(retry(TOO_SLOW, TIMED_OUT));
    return state;
  };
  const quarantine = task(
    'Quarantine',
    'organise',
    "The picture's own fault: out of input/, reason on record",
  );
  const complete = new Succeed(scope, 'Complete');
  const announced: IChainable = task('Notify', 'notify', 'Ask a person about an uncertain picture').next(
    complete,
  );
  const rejectable = (state: LambdaInvoke): LambdaInvoke => {
    state.addCatch(quarantine, { errors: ['PictureRejected'], resultPath: '$.error' });
    return state;
  };

  const flow = rejectable(task('Analyze', 'analyze', 'Check the picture, ask Rekognition for labels'))
    .next(
      rejectable(task('ClassifyAndLog', 'classifyAndLog', 'Decide, and write the decision to the record')),
    )
    .next(rejectable(task('Organise', 'organise', 'Copy, move the record, then delete the source version')))
    .next(
      new Choice(scope, 'IsReviewDue')
        .when(Condition.booleanEquals('$.announce', true), announced)
        .otherwise(complete),
    );
  quarantine.next(complete);
  return {
    definition: DefinitionBody.fromChainable(flow),
    tasks: FUNCTION_IDS.filter((id) => invoked.has(id)),
  };
}
