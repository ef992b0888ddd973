import { approvalArn } from '../../../../lib/names';
import { groupBy } from '../../../group-by';
import { dig, listOf } from '../model/dig';
import type { Resource } from '../model/resource';
import { type AttackWorld, type Holder, NOTHING_CHANGED } from './attack-world';

/** An action of the pipeline. */
export interface Action {
  readonly stage: string;
  readonly name: string;
  readonly category: string;
  readonly configuration: unknown;
  /** Names of the artefacts that it takes and hands on. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Under which later actions name its variables. */
  readonly namespace: string;
}

/** Actions that run beside each other: those of one run order of a stage. */
type Step = readonly Action[];

/**
 * Whether a stage may be passed over, or counts although an action of it failed: by a condition on entering it that skips,
 * or one after a failure that goes on. What is approved there is then not asked of anybody.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
 */
const mayBeSkipped = (stage: unknown): boolean =>
  /"SKIP"/i.test(JSON.stringify([dig(stage, 'BeforeEntry') ?? '', dig(stage, 'OnFailure') ?? '']));

const artifactsOf = (action: unknown, which: 'InputArtifacts' | 'OutputArtifacts'): string[] =>
  listOf(dig(action, which)).map((artifact) => String(dig(artifact, 'Name')));

/** The steps of a pipeline, first to last; without the approvals of stages that may be skipped. */
export function stepsOf(pipeline: Resource): Step[] {
  return pipeline.list('Stages').flatMap((stage) => {
    const isSkipped = mayBeSkipped(stage);
    const actions = listOf(dig(stage, 'Actions'))
      .map((action) => ({
        order: Number(dig(action, 'RunOrder') ?? 1),
        stage: String(dig(stage, 'Name')),
        name: String(dig(action, 'Name')),
        category: String(dig(action, 'ActionTypeId', 'Category')),
        configuration: dig(action, 'Configuration'),
        inputs: artifactsOf(action, 'InputArtifacts'),
        outputs: artifactsOf(action, 'OutputArtifacts'),
        namespace: String(dig(action, 'Namespace')),
      }))
      .filter((action) => !isSkipped || !isApproval(action));
    return [...groupBy(actions, ({ order }) => order)].sort(([a], [b]) => a - b).map(([, step]) => step);
  });
}

/** Whether an action hands CloudFormation something. */
export const isDeployment = ({ category }: Action): boolean => category === 'Deploy';
export const isApproval = ({ category }: Action): boolean => category === 'Approval';

/** What an approval is to IAM. */
export const arnOfApproval = (world: AttackWorld, { stage, name }: Action): string =>
  approvalArn(`${stage}/${name}`, world.config.deliveryAccount, world.config.region);

/** Whether somebody may give an approval. */
export const mayApprove = (world: AttackWorld, holder: Holder, approval: Action): boolean =>
  world.decide(
    holder,
    { action: 'codepipeline:PutApprovalResult', resource: arnOfApproval(world, approval) },
    NOTHING_CHANGED,
  ).decision === 'allow';

/** What runs of a pipeline until an approval is missing. @param approvers who gives what he may */
export function runsUntilRefused(
  world: AttackWorld,
  pipeline: Resource,
  approvers: readonly Holder[],
): Action[] {
  const run: Action[] = [];
  for (const step of stepsOf(pipeline)) {
    run.push(...step.filter((action) => !isApproval(action)));
    const missing = step
      .filter(isApproval)
      .some((approval) => !approvers.some((holder) => mayApprove(world, holder, approval)));
    if (missing) break;
  }
  return run;
}

/**
 * The approvals that a release waits for before anything acts on it: those up to the first action after one.
 * @returns none when nothing waits
 */
export function approvalsBeforeAnything(pipeline: Resource): Action[] {
  const steps = stepsOf(pipeline);
  const first = steps.findIndex((step) => step.some(isApproval));
  if (first === -1) return [];
  const after = steps.findIndex((step, index) => index > first && !step.some(isApproval));
  return steps
    .slice(first, after === -1 ? undefined : after)
    .flat()
    .filter(isApproval);
}
