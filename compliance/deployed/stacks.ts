import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  type Stack,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as delay } from 'node:timers/promises';
import { callsOf } from '../../tools/aws/read-call';
import type { Ask } from './aspect';
import { allPages, undefinedWhenMissing } from './ask';
import type { ListedResource } from './physical-ids';

const cloudFormation = callsOf(CloudFormationClient, 'cloudformation');
const describeStacks = cloudFormation(DescribeStacksCommand);
const listResources = cloudFormation(ListStackResourcesCommand);
const getTemplate = cloudFormation(GetTemplateCommand);
const listStacks = cloudFormation(ListStacksCommand);
const detectDrift = cloudFormation(
  DetectStackDriftCommand,
  'cloudformation:DetectStackDrift',
  'cloudformation:DetectStackResourceDrift',
);
const describeDetection = cloudFormation(DescribeStackDriftDetectionStatusCommand);
const describeDrifts = cloudFormation(DescribeStackResourceDriftsCommand);

export const STACK_CALLS = [describeStacks, listResources, getTemplate, listStacks] as const;
export const DRIFT_CALLS = [detectDrift, describeDetection, describeDrifts] as const;

/** A stack as the account has it. */
export interface DeployedStack {
  readonly stack: Stack;
  readonly resources: readonly ListedResource[];
  /** The template as it was handed to CloudFormation, byte for byte. */
  readonly template: string;
}

const DOES_NOT_EXIST = 'does not exist';

/** What lists the resources of a stack, for those that do. */
export const LIST_RESOURCES = listResources;

/** The resources that a stack has now: without those that were deleted, or were never made. */
export async function listStackResources(ask: Ask, StackName: string): Promise<ListedResource[]> {
  const listed = await allPages(
    (NextToken) => ask(listResources, { StackName, NextToken }),
    ({ StackResourceSummaries }) => StackResourceSummaries,
    ({ NextToken }) => NextToken,
  );
  return listed
    .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    .flatMap(({ LogicalResourceId, PhysicalResourceId, ResourceType }) =>
      LogicalResourceId === undefined || PhysicalResourceId === undefined || ResourceType === undefined
        ? []
        : [{ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType }],
    );
}

/** What the CDK puts into a region before anything is deployed. */
export const BOOTSTRAP = 'CDKToolkit';

/** Of the stack of the bootstrap; none where there is no such stack. */
export const bootstrapResources = async (ask: Ask): Promise<ListedResource[]> =>
  (await undefinedWhenMissing(
    listStackResources(ask, BOOTSTRAP),
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    'ValidationError',
  )) ?? [];

/** @returns undefined when there is no such stack. */
export async function readStack(ask: Ask, StackName: string): Promise<DeployedStack | undefined> {
  let described: Stack | undefined;
  try {
    described = (await ask(describeStacks, { StackName })).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes(DOES_NOT_EXIST))
      return undefined;
    throw error;
  }
  if (described === undefined || described.StackStatus === 'DELETE_COMPLETE') return undefined;
  const { TemplateBody = '' } = await ask(getTemplate, { StackName, TemplateStage: 'Original' });
  return { stack: described, resources: await listStackResources(ask, StackName), template: TemplateBody };
}

/** Names of all stacks that a region has. */
export async function stackNames(ask: Ask): Promise<string[]> {
  const all = await allPages(
    (NextToken) => ask(listStacks, { NextToken }),
    ({ StackSummaries }) => StackSummaries,
    ({ NextToken }) => NextToken,
  );
  return all.flatMap(({ StackName, StackStatus }) =>
    StackName === undefined || StackStatus === 'DELETE_COMPLETE' ? [] : [StackName],
  );
}

/** What CloudFormation found when it compared a stack with its template. */
export interface StackDrift {
  readonly status: string;
  readonly reason: string | undefined;
  readonly resources: readonly StackResourceDrift[];
}

/**
 * Types that CloudFormation compares with permissions that a reader of configuration is not to have.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export const DRIFT_LEAVES_OUT: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::ApiKey': 'its value would be read',
  'AWS::ApiGateway::UsagePlanKey': 'the value of the key would be read',
  'AWS::ApiGateway::UsagePlan': 'whoever reads below a plan reads its keys with their values',
  'AWS::SecretsManager::Secret': 'its value would be read',
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html */
const MOST_RESOURCES = 200;
const COMPARED = new Set(['IN_SYNC', 'DRIFTED']);

const POLL_MILLISECONDS = 2_000;
const PATIENCE_MILLISECONDS = 15 * 60_000;

/**
 * Has CloudFormation compare a stack with its template, and waits for its answer. It asks with the caller's permissions.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export async function detectStackDrift(
  ask: Ask,
  StackName: string,
  resources: readonly ListedResource[],
  pollMilliseconds = POLL_MILLISECONDS,
): Promise<StackDrift> {
  const compared = resources
    .filter(({ type }) => !(type in DRIFT_LEAVES_OUT))
    .map(({ logicalId }) => logicalId);
  const answers: StackDrift[] = [];
  // A stack is compared once at a time.
  for (let first = 0; first < compared.length; first += MOST_RESOURCES)
    answers.push(
      await compare(ask, StackName, compared.slice(first, first + MOST_RESOURCES), pollMilliseconds),
    );
  const failed = answers.find(({ status }) => !COMPARED.has(status));
  return {
    status: failed?.status ?? (answers.some(({ status }) => status === 'DRIFTED') ? 'DRIFTED' : 'IN_SYNC'),
    reason: failed?.reason,
    // The drifts of a stack are all told after each comparison.
    resources: answers.at(-1)?.resources ?? [],
  };
}

async function compare(
  ask: Ask,
  StackName: string,
  LogicalResourceIds: string[],
  pollMilliseconds: number,
): Promise<StackDrift> {
  const { StackDriftDetectionId } = await ask(detectDrift, { StackName, LogicalResourceIds });
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (let round = 0; ; round += 1) {
    // The counter makes each round a question of its own: the same question is put once.
    const input: { StackDriftDetectionId: string | undefined } = { StackDriftDetectionId };
    const answer = await ask(describeDetection, Object.assign(input, { round }));
    if (answer.DetectionStatus !== 'DETECTION_IN_PROGRESS' || Date.now() > deadline) {
      const resources = await allPages(
        (NextToken) =>
          ask(describeDrifts, Object.assign({ StackName, NextToken }, { StackDriftDetectionId })),
        ({ StackResourceDrifts }) => StackResourceDrifts,
        ({ NextToken }) => NextToken,
      );
      return {
        status:
          answer.DetectionStatus === 'DETECTION_COMPLETE'
            ? (answer.StackDriftStatus ?? 'UNKNOWN')
            : (answer.DetectionStatus ?? 'UNKNOWN'),
        reason: answer.DetectionStatusReason,
        resources,
      };
    }
    await delay(pollMilliseconds);
  }
}
