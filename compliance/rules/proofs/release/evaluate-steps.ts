import type { ProofRows } from '../proof-rows';
import { ModelError } from '../model/errors';
import type { Step } from './pipeline-steps';
import type { ReleaseModel } from './release-model';
import { RELEASE_RULES } from './rules';

/** Plays a client of a stage: it needs the whole application of it, from the keys to the person's role. */
const SENDS_PICTURES = /send-pictures --stage ([a-z]+)/;
/** Only once a release was recorded: the text that `build-steps.ts` puts around such a command. */
const ONCE_RELEASED = /^if \[ "\$(\w+)" = none \]; then echo [^;]*; else (.*); fi$/;

/**
 * What the pipeline itself says, and what a source that it fetches through a connection does.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html and the names by which CDK knows them:
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_codepipeline_actions.CodeStarSourceVariables.html
 */
const OF_PIPELINE = 'codepipeline.PipelineExecutionId';
const OF_PROVIDER: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'CodeStarSourceConnection',
    ['AuthorDate', 'BranchName', 'CommitId', 'CommitMessage', 'ConnectionArn', 'FullRepositoryName'],
  ],
]);

/** What an earlier action leaves for a step: artefacts and variables. */
function handedOver(step: Step, steps: readonly Step[]): string[] {
  const before = steps.filter(({ position }) => position < step.position);
  const artifacts = new Set(before.flatMap(({ outputs }) => outputs));
  const variables = new Set([
    OF_PIPELINE,
    ...before.flatMap(({ namespace, exports, provider }) =>
      namespace === undefined
        ? []
        : [...exports, ...(OF_PROVIDER.get(provider) ?? [])].map((name) => `${namespace}.${name}`),
    ),
  ]);
  return [
    ...step.inputs
      .filter((name) => !artifacts.has(name))
      .map((name) => `no earlier step leaves the artefact ${name}`),
    ...step.variables
      .filter((name) => !variables.has(name))
      .map((name) => `no earlier step leaves the variable ${name}`),
  ];
}

/** Stacks of a stage that a client of its API depends on. */
const applicationStacks = ({ set }: ReleaseModel, stage: string): string[] =>
  [...new Set(set.resources().map(({ stackName }) => stackName))].filter(
    (name) =>
      name.startsWith(`serverlessapp-${stage}-`) && !name.startsWith(`serverlessapp-${stage}-recovery`),
  );

/** What a command plays against and a later step makes, on the first release. */
function notThereYet(step: Step, model: ReleaseModel): string[] {
  return step.commands.flatMap((command) => {
    const guarded = ONCE_RELEASED.exec(command);
    if (guarded) {
      const [, variable = '', inner = ''] = guarded;
      const known = step.variables.some((name) => name.endsWith(`.${variable}`));
      if (!SENDS_PICTURES.test(inner)) return [`"${inner}" is no command that the proof knows`];
      return known ? [] : [`"${command}" asks for ${variable}, which the pipeline does not hand to it`];
    }
    const [, stage] = SENDS_PICTURES.exec(command) ?? [];
    if (stage === undefined) return [];
    return applicationStacks(model, stage)
      .filter((stack) => !((model.madeAt(stack) ?? -1) < step.position))
      .map((stack) => `it sends pictures to ${stage}, whose ${stack} is made later`);
  });
}

/** A change set is prepared where its template is, and executed after it was prepared. */
function prepared(step: Step, steps: readonly Step[]): string[] {
  if (step.mode !== 'CHANGE_SET_EXECUTE') return [];
  const done = steps.some(
    ({ mode, stack, region, position }) =>
      mode === 'CHANGE_SET_REPLACE' &&
      stack === step.stack &&
      region === step.region &&
      position < step.position,
  );
  return done ? [] : [`no earlier step prepares the change set of ${String(step.stack)}`];
}

/** Every step against what earlier ones made: the first release ever, where nothing is there from before. */
export function evaluateSteps(rows: ProofRows, model: ReleaseModel): void {
  for (const step of model.steps) {
    const subject = { resource: step.name, resourceType: 'pipeline step' };
    rows.guarded(RELEASE_RULES.stepHasNeeds, subject, () => {
      const problems = [
        ...handedOver(step, model.steps),
        ...prepared(step, model.steps),
        ...notThereYet(step, model),
      ];
      rows.evaluate(RELEASE_RULES.stepHasNeeds, subject, problems, 'all that it uses is made before it runs');
    });
  }
}

/** The stacks of the templates that no step of the pipeline deploys. @throws ModelError when a stage is left out. */
export function checkComplete(model: ReleaseModel): void {
  const left = applicationStacks(model, 'prod').filter((stack) => model.madeAt(stack) === undefined);
  if (left.length > 0)
    throw new ModelError('unresolved-reference', left.join(', '), 'no step of the pipeline makes it');
}
