import {
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as delay } from 'node:timers/promises';
import type { DestroyContext } from './context';
import { emptyBucket } from './empty-bucket';
import { emptyUsagePlan } from './empty-usage-plan';
import { emptyVault } from './empty-vault';
import { StackDeletionError } from './stack-deletion-error';

/** What CloudFormation cannot delete while there is something in it, or would leave something of. */
const EMPTIERS: Readonly<Record<string, (context: DestroyContext, id: string) => Promise<string>>> = {
  'AWS::S3::Bucket': emptyBucket,
  'AWS::Backup::BackupVault': emptyVault,
  'AWS::ApiGateway::UsagePlan': emptyUsagePlan,
};

/**
 * Log deliveries may come after a bucket was emptied, and Lambda keeps the network interfaces of functions that are gone
 * for up to twenty minutes: then a second deletion finds what the first stumbled over out of the way.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
const ATTEMPTS = 3;
const POLLS_BETWEEN_ATTEMPTS = 12;
const TIMEOUT_MILLISECONDS = 45 * 60_000;

async function resourcesOf(
  { cloudFormation }: DestroyContext,
  StackName: string,
): Promise<StackResourceSummary[]> {
  const resources: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName }))
    resources.push(...(page.StackResourceSummaries ?? []));
  return resources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
}

async function emptyContents(context: DestroyContext, stackName: string): Promise<void> {
  for (const { ResourceType = '', PhysicalResourceId } of await resourcesOf(context, stackName)) {
    if (PhysicalResourceId === undefined) continue;
    const emptied = await EMPTIERS[ResourceType]?.(context, PhysicalResourceId);
    if (emptied !== undefined) context.print(`${PhysicalResourceId} ${emptied}`);
  }
}

/** @returns the stack as it ended, undefined when it is gone */
async function deleteOnce(
  { cloudFormation, pollMilliseconds }: DestroyContext,
  { StackId, StackName = '' }: Stack,
): Promise<Stack | undefined> {
  await cloudFormation.send(new DeleteStackCommand({ StackName })).catch((error: unknown) => {
    // Its termination is protected, or something is being done to it.
    throw new StackDeletionError(`${StackName}: ${String(error)}`);
  });
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  for (;;) {
    let stack: Stack | undefined;
    try {
      const { Stacks = [] } = await cloudFormation.send(
        new DescribeStacksCommand({ StackName: StackId ?? StackName }),
      );
      stack = Stacks[0];
    } catch (error) {
      if (!String(error).includes('does not exist')) throw error;
    }
    if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
    if (stack.StackStatus !== 'DELETE_IN_PROGRESS' || Date.now() > deadline) return stack;
    await delay(pollMilliseconds);
  }
}

async function reasonOf(context: DestroyContext, { StackName = '', StackStatus }: Stack): Promise<string> {
  const failed = (await resourcesOf(context, StackName)).filter(
    ({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED',
  );
  const causes = failed.map(
    ({ LogicalResourceId = '', ResourceStatusReason = '' }) =>
      `${LogicalResourceId}: ${ResourceStatusReason}`,
  );
  return [`${StackName} ${StackStatus ?? ''}`, ...causes].join('\n  ');
}

/**
 * Empties what a stack holds and deletes it, again when that failed.
 * @throws StackDeletionError with the resources that stay and CloudFormation's reasons
 */
export async function deleteStack(context: DestroyContext, stack: Stack): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await emptyContents(context, stack.StackName ?? '');
    const left = await deleteOnce(context, stack);
    if (left === undefined) return;
    const reason = await reasonOf(context, left);
    if (left.StackStatus !== 'DELETE_FAILED' || attempt === ATTEMPTS) throw new StackDeletionError(reason);
    context.print(`${reason}\n  Once more.`);
    await delay(context.pollMilliseconds * POLLS_BETWEEN_ATTEMPTS);
  }
}
