import {
  type CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MILLISECONDS = 40;
const TIMEOUT_MILLISECONDS = 120_000;

/** A stack that was not made, with the resource that failed and CloudFormation's reason. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

async function firstFailure(client: CloudFormationClient, stackName: string): Promise<string> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stackName }));
  const failures = StackEvents.filter(
    (event) => event.ResourceStatus?.endsWith('_FAILED') && event.LogicalResourceId !== stackName,
  );
  // Newest first: the oldest failure is the cause, the rest were cancelled.
  const cause = failures.at(-1) ?? StackEvents.find((event) => event.ResourceStatusReason !== undefined);
  if (!cause) return 'no reason given';
  return `${cause.LogicalResourceId ?? '?'} (${cause.ResourceType ?? '?'}): ${cause.ResourceStatusReason ?? '?'}`;
}

/**
 * Makes a stack, waits for it and returns its outputs.
 * @throws DeploymentError when it ends otherwise than complete.
 */
export async function createStack(
  client: CloudFormationClient,
  stackName: string,
  templateUrl: string,
): Promise<ReadonlyMap<string, string>> {
  try {
    await client.send(
      new CreateStackCommand({
        StackName: stackName,
        TemplateURL: templateUrl,
        Capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
        DisableRollback: true,
      }),
    );
  } catch (error) {
    throw new DeploymentError(`Stack ${stackName} was refused: ${String(error)}`);
  }
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  for (;;) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const [stack] = Stacks;
    const status = stack?.StackStatus;
    if (stack && status === 'CREATE_COMPLETE') {
      return new Map(stack.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    }
    if (status !== 'CREATE_IN_PROGRESS' || Date.now() > deadline) {
      const reason = await firstFailure(client, stackName);
      throw new DeploymentError(`Stack ${stackName} ended ${status ?? 'unknown'}. ${reason}`);
    }
    await delay(POLL_MILLISECONDS);
  }
}
