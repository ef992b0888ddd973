import type { Names } from '../names';
import { RETRY } from './retry';

/** What a schedule hands to an execution. */
export interface RotationInput {
  readonly clientId: string;
  readonly apiKeyName: string;
  readonly usagePlanId: string;
  readonly secretId: string;
}

const SECONDS_IN_A_DAY = 86_400;
const ABANDON = [
  { ErrorEquals: ['States.ALL'], Assign: { cause: '{% $states.errorOutput %}' }, Next: 'RemoveNewKey' },
];

const call = (service: string, action: string, state: Record<string, unknown>) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::aws-sdk:${service}:${action}`,
  TimeoutSeconds: 60,
  Retry: RETRY,
  ...state,
});

/**
 * The state machine that replaces one client's API key while both work: create → name its client → add to the plan →
 * confirm → store → wait → disable the old ones. Until the new key is stored a failure takes it away again. Disabled keys
 * stay as evidence of whose they were: a refused key and a missing one look the same from outside.
 *
 * Only the keys that were there when the new one was made are disabled, so rotations that overlap don't disable each
 * other's. Calls go from Step Functions itself, not from our network: this is control plane, no picture passes here.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export const apiKeyRotationDefinition = (names: Names, overlapDays: number): object => ({
  Comment: 'Replaces the API key of one client, with an overlap in which both keys work',
  QueryLanguage: 'JSONata',
  StartAt: 'FindOldKeys',
  States: {
    FindOldKeys: call('apigateway', 'getApiKeys', {
      Arguments: { NameQuery: '{% $states.input.apiKeyName %}', IncludeValues: false, Limit: 500 },
      Assign: {
        client: '{% $states.input %}',
        oldKeyIds: '{% [$states.result.Items[Name = $states.input.apiKeyName and Enabled].Id] %}',
      },
      Next: 'CreateKey',
    }),
    CreateKey: call('apigateway', 'createApiKey', {
      // A second key after a lost answer would be an orphan; the schedule starts the rotation again instead.
      Retry: [],
      Arguments: {
        Name: '{% $client.apiKeyName %}',
        Description: "{% 'Rotated ' & $states.context.Execution.StartTime %}",
        Enabled: true,
      },
      Assign: { newKeyId: '{% $states.result.Id %}' },
      Output: { value: '{% $states.result.Value %}' },
      Next: 'NameClient',
    }),
    NameClient: call('ssm', 'putParameter', {
      Arguments: {
        Name: `{% '${names.clientParameterPrefix}/' & $newKeyId %}`,
        Value: '{% $client.clientId %}',
        Type: 'String',
        Overwrite: true,
      },
      Output: '{% $states.input %}',
      Catch: ABANDON,
      Next: 'AddToPlan',
    }),
    AddToPlan: call('apigateway', 'createUsagePlanKey', {
      Arguments: { UsagePlanId: '{% $client.usagePlanId %}', KeyId: '{% $newKeyId %}', KeyType: 'API_KEY' },
      Output: '{% $states.input %}',
      Catch: ABANDON,
      Next: 'Confirm',
    }),
    Confirm: call('apigateway', 'getUsagePlanKey', {
      Arguments: { UsagePlanId: '{% $client.usagePlanId %}', KeyId: '{% $newKeyId %}' },
      Output: '{% $states.input %}',
      Catch: ABANDON,
      Next: 'Store',
    }),
    Store: call('secretsmanager', 'putSecretValue', {
      Arguments: {
        SecretId: '{% $client.secretId %}',
        ClientRequestToken: '{% $uuid() %}',
        SecretString:
          "{% $string({'clientId': $client.clientId, 'apiKeyId': $newKeyId, 'apiKey': $states.input.value}) %}",
      },
      Output: {},
      Catch: ABANDON,
      Next: 'Overlap',
    }),
    Overlap: { Type: 'Wait', Seconds: overlapDays * SECONDS_IN_A_DAY, Next: 'DisableOldKeys' },
    DisableOldKeys: {
      Type: 'Map',
      Items: '{% $oldKeyIds %}',
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'DisableKey',
        States: {
          DisableKey: call('apigateway', 'updateApiKey', {
            Arguments: {
              ApiKey: '{% $states.input %}',
              PatchOperations: [{ Op: 'replace', Path: '/enabled', Value: 'false' }],
            },
            Output: {},
            End: true,
          }),
        },
      },
      Output: {},
      End: true,
    },
    RemoveNewKey: call('apigateway', 'deleteApiKey', {
      Arguments: { ApiKey: '{% $newKeyId %}' },
      Output: {},
      Next: 'RotationFailed',
    }),
    RotationFailed: {
      Type: 'Fail',
      Error: 'RotationFailed',
      Cause: "{% 'The new key was removed; the old one still works. ' & $cause.Error %}",
    },
  },
});
