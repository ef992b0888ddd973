import { BOUNDS } from '../../../lambda/domain/bounds';
import { BACKOFF_RATE, PASSING_FAULTS, UNAVAILABLE } from '../processing/retries';

/** What a schedule hands to an execution. */
export interface WebhooksInput {
  readonly clientId: string;
  readonly address: string;
  readonly round: 0;
  readonly outcomes: readonly [];
}

const token = '{% $states.input.attempt.token %}';

/**
 * One run that tells a client: rounds of messages that the function signs and the HTTP Tasks send, until it has no more.
 * Nothing is repeated here: what was not taken is due again after its pause, signed anew with the time of that attempt.
 * The body is a string, which is sent as it was signed; see docs/decisions/0707.
 * https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
export const webhooksDefinition = (functionArn: string, connectionArn: string): object => ({
  Comment: 'Tells a client what became of its pictures',
  QueryLanguage: 'JSONata',
  // Rounds end long before; the next run finds what this one left.
  TimeoutSeconds: 1800,
  StartAt: 'Next',
  States: {
    Next: {
      Type: 'Task',
      Comment: 'Take in what became of the round before, sign the next messages',
      Resource: functionArn,
      Arguments: {
        clientId: '{% $states.input.clientId %}',
        run: '{% $states.context.Execution.Name %}',
        round: '{% $states.input.round %}',
        outcomes: '{% $states.input.outcomes %}',
      },
      TimeoutSeconds: BOUNDS.taskSeconds,
      Retry: [
        {
          ErrorEquals: PASSING_FAULTS,
          IntervalSeconds: UNAVAILABLE.intervalSeconds,
          MaxAttempts: UNAVAILABLE.maxAttempts,
          BackoffRate: BACKOFF_RATE,
          JitterStrategy: 'FULL',
        },
      ],
      Output: {
        clientId: '{% $states.input.clientId %}',
        address: '{% $states.input.address %}',
        round: '{% $states.input.round %}',
        attempts: '{% $states.result.attempts %}',
      },
      Next: 'IsAnyToSend',
    },
    IsAnyToSend: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $count($states.input.attempts) > 0 %}', Next: 'Send' }],
      Default: 'Done',
    },
    Send: {
      Type: 'Map',
      Items: '{% $states.input.attempts %}',
      ItemSelector: {
        address: '{% $states.input.address %}',
        attempt: '{% $states.context.Map.Item.Value %}',
      },
      MaxConcurrency: BOUNDS.webhooksAtOnce,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Post',
        States: {
          Post: {
            Type: 'Task',
            Resource: 'arn:aws:states:::http:invoke',
            Arguments: {
              ApiEndpoint: '{% $states.input.address %}',
              Method: 'POST',
              InvocationConfig: { ConnectionArn: connectionArn },
              Headers: '{% $states.input.attempt.headers %}',
              RequestBody: '{% $states.input.attempt.body %}',
            },
            TimeoutSeconds: BOUNDS.webhookAnswerSeconds,
            Output: { token, status: '{% $states.result.StatusCode %}' },
            Catch: [
              {
                ErrorEquals: ['States.ALL'],
                Output: { token, error: '{% $states.errorOutput.Error %}' },
                Next: 'NotTold',
              },
            ],
            End: true,
          },
          NotTold: { Type: 'Pass', End: true },
        },
      },
      Output: {
        clientId: '{% $states.input.clientId %}',
        address: '{% $states.input.address %}',
        round: '{% $states.input.round + 1 %}',
        outcomes: '{% $states.result %}',
      },
      Next: 'Next',
    },
    Done: { Type: 'Succeed' },
  },
});
