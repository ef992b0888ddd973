import type { SFNClient } from '@aws-sdk/client-sfn';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as apiGateway from '@aws-sdk/client-api-gateway';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credentials } from '../../../tools/client/sign-request';
import { clientSettings } from '../../../local/emulator/clients';
import type { TestSystem } from './test-system';

type Values = Readonly<Record<string, unknown>>;
interface Client {
  send(command: unknown): Promise<object>;
}
type Command = new (input: unknown) => unknown;
interface SdkService {
  readonly client: new (settings: object) => unknown;
  readonly commands: Readonly<Record<string, unknown>>;
  /** Step Functions writes every member with a capital initial; this service does not. */
  readonly smallInitials: boolean;
}

const SERVICES: Readonly<Record<string, SdkService>> = {
  apigateway: { client: apiGateway.APIGatewayClient, commands: { ...apiGateway }, smallInitials: true },
  secretsmanager: {
    client: secretsManager.SecretsManagerClient,
    commands: { ...secretsManager },
    smallInitials: false,
  },
  ssm: { client: ssm.SSMClient, commands: { ...ssm }, smallInitials: false },
};

/** Changes the initials of all members, as Step Functions does between its own shape and a service's. */
function withInitials(value: unknown, change: (initial: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withInitials(item, change));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      `${change(key.charAt(0))}${key.slice(1)}`,
      withInitials(inner, change),
    ]),
  );
}

/** Makes the call of an SDK integration (`apigateway:getApiKeys`) under somebody's credentials. */
async function makeCall(
  system: TestSystem,
  credentials: Credentials,
  call: string,
  input: unknown,
): Promise<unknown> {
  const [serviceName = '', action = ''] = call.split(':');
  const service = SERVICES[serviceName];
  if (service === undefined) throw new RangeError(`No client for ${call}.`);
  const client = new service.client({ ...clientSettings(system.aws.emulator), credentials }) as Client;
  const command = service.commands[`${action.charAt(0).toUpperCase()}${action.slice(1)}Command`] as Command;
  const { smallInitials } = service;
  const answer = await client.send(
    new command(smallInitials ? withInitials(input, (initial) => initial.toLowerCase()) : input),
  );
  return withInitials(answer, (initial) => initial.toUpperCase());
}

const INTEGRATION = /^arn:aws:states:::aws-sdk:(\w+:\w+)$/;

/**
 * The definition with each call of an SDK integration as a task of an activity, whose worker makes the same call: the
 * emulator has no integration for API Gateway, and asks no role for those that it has. Pauses between attempts are taken
 * out. Everything else is what AWS would be given.
 */
function asActivities(value: unknown, activityArn: string): unknown {
  if (Array.isArray(value)) return value.map((item) => asActivities(item, activityArn));
  if (typeof value !== 'object' || value === null) return value;
  const state = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'IntervalSeconds' ? 0 : asActivities(inner, activityArn),
    ]),
  );
  const call = INTEGRATION.exec(String(state['Resource']))?.[1];
  return call === undefined
    ? state
    : { ...state, Resource: activityArn, Arguments: { call, input: state['Arguments'] } };
}

export interface RotationRun {
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The calls that were made, in their order, with what they were given. */
  readonly calls: readonly { readonly call: string; readonly input: Values }[];
}

/**
 * Executes a rotation's definition in the emulator's Step Functions, each call under the credentials given.
 * @param before - sees each call before it is made; throwing fails the task
 */
export async function runRotation(
  system: TestSystem,
  options: {
    readonly definition: object;
    readonly input: object;
    readonly credentials: Credentials;
    readonly before?: (call: string) => Promise<void>;
  },
): Promise<RotationRun> {
  const { aws } = system;
  const sfn: SFNClient = aws.clients.sfn;
  const name = `rotation-${randomUUID()}`;
  const { activityArn } = await sfn.send(new CreateActivityCommand({ name }));
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: aws.names.roleArn('api-key-rotation'),
      definition: JSON.stringify(asActivities(options.definition, activityArn ?? '')),
    }),
  );
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(options.input) }),
  );
  const calls: { call: string; input: Values }[] = [];
  const ended = new AbortController();

  const work = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const task = await sfn
        .send(new GetActivityTaskCommand({ activityArn }), { abortSignal: ended.signal })
        .catch((error: unknown) => {
          if (!ended.signal.aborted) throw error;
        });
      if (!task?.taskToken) continue;
      const { taskToken } = task;
      const { call, input } = JSON.parse(task.input ?? '{}') as { call: string; input: Values };
      try {
        await options.before?.(call);
        const answer = await makeCall(system, options.credentials, call, input);
        calls.push({ call, input });
        await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer) }));
      } catch (error) {
        const { name: error_, message } = error as Error;
        await sfn.send(new SendTaskFailureCommand({ taskToken, error: error_, cause: message }));
      }
    }
  };
  const working = work();
  for (;;) {
    const { status = '', error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') {
      ended.abort();
      await working;
      return { status, error, cause, calls };
    }
    await delay(200);
  }
}
