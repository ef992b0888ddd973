import {
  CreateFunctionCommand,
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { type ContactContext, eventually, settingsOf } from './exercise';

/** Of the query function others take role, subnets and group: what that one cannot do, they cannot. */
export const HOST = 'query';

/** One file of JavaScript as Lambda takes it. */
export const zipped = (code: string): Uint8Array => zipSync({ 'index.js': strToU8(code) });

/** @throws Error when the function fails, or settles for longer than the context has patience */
export async function settled(
  context: ContactContext,
  FunctionName: string,
  stateOf: (found: FunctionConfiguration) => {
    readonly state: string | undefined;
    readonly good: string;
    readonly why: string | undefined;
  },
): Promise<void> {
  const client = new LambdaClient(settingsOf(context));
  const end = await eventually(context, async () => {
    const { state, good, why } = stateOf(
      await client.send(new GetFunctionConfigurationCommand({ FunctionName })),
    );
    if (state === good) return 'good';
    return state === 'Failed' ? `${state}: ${why ?? 'no reason given'}` : undefined;
  });
  if (end !== 'good') throw new Error(`${FunctionName} is ${end ?? 'still not ready'}`);
}

/**
 * Makes a function in the network and with the role of {@link HOST}, and waits until it can be called.
 * @throws Error when it cannot
 */
export async function makeBesideHost(
  context: ContactContext,
  {
    name: FunctionName,
    description,
    timeout,
    code,
  }: { readonly name: string; readonly description: string; readonly timeout: number; readonly code: string },
): Promise<void> {
  const client = new LambdaClient(settingsOf(context));
  const host = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName: context.names.of(HOST) }),
  );
  await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Description: `First contact: ${description}, and is deleted`,
      Runtime: host.Runtime,
      Handler: 'index.handler',
      Role: host.Role,
      Architectures: host.Architectures,
      Timeout: timeout,
      KMSKeyArn: host.KMSKeyArn,
      VpcConfig: {
        SubnetIds: host.VpcConfig?.SubnetIds,
        SecurityGroupIds: host.VpcConfig?.SecurityGroupIds,
      },
      LoggingConfig: host.LoggingConfig,
      Code: { ZipFile: zipped(code) },
    }),
  );
  await settled(context, FunctionName, ({ State, StateReason }) => ({
    state: State,
    good: 'Active',
    why: StateReason,
  }));
}
