import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { setTimeout as delay } from 'node:timers/promises';

export interface DestroyContext {
  readonly stage: string;
  /** `serverlessapp-STAGE`; only stacks named so are touched. */
  readonly prefix: string;
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly print: (line: string) => void;
  readonly confirmed: boolean;
  readonly pollMilliseconds?: number;
}

/** Only a sandbox can be destroyed by a command; staging and prod hold what people rely on. */
export class DestroyRefusedError extends Error {
  override readonly name = 'DestroyRefusedError';
}
/** A stack could not be deleted; the message names it and CloudFormation's reason. */
export class StackDeletionError extends Error {
  override readonly name = 'StackDeletionError';
}

const POLL_MILLISECONDS = 5_000;
const TIMEOUT_MILLISECONDS = 45 * 60_000;

async function stacksOf({ cloudFormation, prefix }: DestroyContext): Promise<Stack[]> {
  const stacks: Stack[] = [];
  for await (const page of paginateDescribeStacks({ client: cloudFormation }, {}))
    stacks.push(
      ...(page.Stacks ?? []).filter(
        ({ StackName = '', StackStatus }) =>
          StackName.startsWith(`${prefix}-`) && StackStatus !== 'DELETE_COMPLETE',
      ),
    );
  // Made last, deleted first: a stack is younger than those that it stands on.
  return stacks.sort((a, b) => (b.CreationTime?.getTime() ?? 0) - (a.CreationTime?.getTime() ?? 0));
}

async function bucketsOf({ cloudFormation }: DestroyContext, StackName: string): Promise<string[]> {
  const buckets: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }));
    for (const { ResourceType, PhysicalResourceId, ResourceStatus } of page.StackResourceSummaries ?? [])
      if (
        ResourceType === 'AWS::S3::Bucket' &&
        PhysicalResourceId !== undefined &&
        ResourceStatus !== 'DELETE_COMPLETE'
      )
        buckets.push(PhysicalResourceId);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return buckets;
}

/** Deletes every version and delete marker. @returns how many */
async function emptyBucket({ s3 }: DestroyContext, Bucket: string): Promise<number> {
  let emptied = 0;
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects: ObjectIdentifier[] = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return emptied;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [failure] = Errors;
    if (failure !== undefined)
      throw new StackDeletionError(
        `${Bucket}/${failure.Key ?? ''}: ${failure.Message ?? failure.Code ?? ''}`,
      );
    emptied += Objects.length;
  }
}

async function deleteStack(context: DestroyContext, { StackId, StackName = '' }: Stack): Promise<void> {
  const { cloudFormation, pollMilliseconds = POLL_MILLISECONDS } = context;
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
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
    if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return;
    if (stack.StackStatus !== 'DELETE_IN_PROGRESS' || Date.now() > deadline)
      throw new StackDeletionError(
        `${StackName}: ${stack.StackStatus ?? ''} ${stack.StackStatusReason ?? ''}`.trim(),
      );
    await delay(pollMilliseconds);
  }
}

/**
 * Empties the buckets of a sandbox and deletes its stacks, youngest first. What is left are keys in their deletion
 * window; an interrupted run goes on where it stopped.
 * @returns the number of stacks deleted, or, unconfirmed, that would be
 * @throws DestroyRefusedError for any stage but dev; StackDeletionError
 */
export async function destroy(context: DestroyContext): Promise<number> {
  const { stage, confirmed, print } = context;
  if (stage !== 'dev')
    throw new DestroyRefusedError(
      `${stage} is not destroyed by a command: two people follow policies/runbooks/recovery.md, "Destroy production".`,
    );
  const stacks = await stacksOf(context);
  for (const [index, stack] of stacks.entries()) {
    const name = stack.StackName ?? '';
    const step = `${index + 1}/${stacks.length} ${name}`;
    if (!confirmed) {
      print(`${step}: would be deleted`);
      continue;
    }
    for (const bucket of await bucketsOf(context, name))
      print(`${step}: ${bucket} emptied of ${await emptyBucket(context, bucket)} versions`);
    const begin = Date.now();
    await deleteStack(context, stack);
    print(`${step}: deleted in ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  }
  return stacks.length;
}
