import type { EngineResult } from '../../../verdict-row';
import type { StackTemplate } from '../model/template';
import { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import { evaluateRollbackAlarms } from './evaluate-alarms';
import { evaluateLeftovers, evaluateResources } from './evaluate-resources';
import { checkComplete, evaluateSteps } from './evaluate-steps';
import { NOT_AWAITED, type NotAwaited } from './not-awaited';
import { makersOf, type Step, stepsOf } from './pipeline-steps';
import { ReleaseModel } from './release-model';
import { RELEASE_RULES } from './rules';

export interface ReleaseProof {
  readonly result: EngineResult;
  readonly narratives: readonly string[];
}

const deploys = (steps: readonly Step[]): boolean => makersOf(steps).size > 0;
const PIPELINE = { resource: 'release pipeline', resourceType: 'pipeline' };

/**
 * Proves from the pipeline's template and those of the stacks that it deploys that a release can end: on the first run,
 * where only earlier steps have made anything; on an update and after a failed release, where more is there and nothing
 * less is needed; and while alarms stand from before. It does not know what a template that ran before held: an export
 * that is taken away while another stack uses it is refused by CloudFormation, not found here.
 * @param templates every stack that is evaluated together; without the pipeline among them the order of stacks is not evaluated.
 */
export function proveRelease(
  templates: readonly StackTemplate[],
  entries: readonly NotAwaited[] = NOT_AWAITED,
): ReleaseProof {
  const rows = new ProofRows('proof-release');
  const set = new TemplateSet(templates.map((template) => ({ ...template, context: false })));
  const narratives: string[] = [];
  rows.guarded(RELEASE_RULES.stepHasNeeds, PIPELINE, () => {
    const pipelines = set
      .resources('AWS::CodePipeline::Pipeline')
      .map((pipeline) => ({ name: pipeline.text('Name'), steps: stepsOf(set, pipeline) }));
    const model = new ReleaseModel(
      set,
      pipelines.filter(({ steps }) => deploys(steps)).flatMap(({ steps }) => steps),
    );
    if (pipelines.length > 0) checkComplete(model);
    evaluateSteps(rows, model);
    // What deploys nothing runs beside the releases: its steps need each other alone.
    for (const { name, steps } of pipelines.filter((pipeline) => !deploys(pipeline.steps)))
      evaluateSteps(
        rows,
        new ReleaseModel(
          set,
          steps.map((step) => ({ ...step, name: `${name}: ${step.name}` })),
        ),
      );
    const used = evaluateResources(rows, model, entries);
    evaluateLeftovers(rows, model);
    evaluateRollbackAlarms(rows, model);
    if (pipelines.length > 0) evaluateEntries(rows, entries, used);
    narratives.push(
      `${model.steps.length} steps of the pipeline in order: whatever one uses, an earlier one made. ` +
        `${set.resources().length} resources: whatever one names is there before it, or AWS looks for it later (${entries.length} entries, each with its page).`,
    );
  });
  return {
    narratives,
    result: {
      engine: 'proof-release',
      version: '1',
      rows: rows.rows,
      rulesRun: Object.values(RELEASE_RULES).map(({ id }) => id),
      failures: [],
      notAssessed:
        narratives.length > 0 && set.resources('AWS::CodePipeline::Pipeline').length === 0
          ? ['The order of the stacks is the pipeline’s, which is evaluated with stage prod.']
          : [],
    },
  };
}

function evaluateEntries(
  rows: ProofRows,
  entries: readonly NotAwaited[],
  used: ReadonlySet<NotAwaited>,
): void {
  for (const entry of entries) {
    const subject = { resource: `${entry.type} ${entry.property}`, resourceType: 'entry' };
    rows.evaluate(
      RELEASE_RULES.entriesUsed,
      subject,
      used.has(entry) ? [] : ['it excuses nothing'],
      entry.reason,
    );
  }
}
