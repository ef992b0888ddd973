import { dig, listOf } from '../model/dig';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

/** One action of the pipeline, with when it runs. */
export interface Step {
  readonly name: string;
  /** Steps of one position run side by side; a later one has the greater position. */
  readonly position: number;
  readonly provider: string;
  /** The stack that CloudFormation makes, changes or prepares. */
  readonly stack: string | undefined;
  readonly mode: string | undefined;
  readonly region: string | undefined;
  readonly commands: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly namespace: string | undefined;
  /** Variables that the action's build hands on. */
  readonly exports: readonly string[];
  /** `NAMESPACE.VARIABLE` of earlier actions. */
  readonly variables: readonly string[];
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const ORDERS_IN_A_STAGE = 1000;

interface BuildSpec {
  readonly commands: readonly string[];
  readonly exports: readonly string[];
}

/** The commands of a build project that stands in the templates. @throws ModelError when its specification is no JSON. */
function buildSpecOf(set: TemplateSet, projectName: string | undefined): BuildSpec {
  const project = set
    .resources('AWS::CodeBuild::Project')
    .find(
      (candidate) => set.refOf(candidate) === projectName || candidate.optionalText('Name') === projectName,
    );
  if (!project) throw new ModelError('unresolved-reference', String(projectName), 'no such build project');
  const source = dig(project.property('Source'), 'BuildSpec');
  if (typeof source !== 'string')
    throw new ModelError('malformed-value', project.path, 'no build specification');
  // A file of the assembly: CDK Pipelines writes the publishing of assets there, and nothing else.
  if (!source.trimStart().startsWith('{')) return { commands: [], exports: [] };
  const spec: unknown = JSON.parse(source);
  const phases = Object.values((dig(spec, 'phases') ?? {}) as Record<string, unknown>);
  return {
    commands: phases.flatMap((phase) => listOf(dig(phase, 'commands')).map(String)),
    exports: listOf(dig(spec, 'env', 'exported-variables')).map(String),
  };
}

function readAction(set: TemplateSet, action: unknown, stage: number, stageName: string): Step {
  const configuration = (dig(action, 'Configuration') ?? {}) as Record<string, unknown>;
  const provider = String(dig(action, 'ActionTypeId', 'Provider'));
  const build =
    provider === 'CodeBuild'
      ? buildSpecOf(set, text(configuration['ProjectName']))
      : { commands: [], exports: [] };
  const variables = [...JSON.stringify(configuration).matchAll(/#\{([^}]+)\}/g)].map(([, name = '']) => name);
  const artifacts = (key: string) =>
    listOf(dig(action, key)).map((artifact) => String(dig(artifact, 'Name')));
  return {
    name: `${stageName}/${String(dig(action, 'Name'))}`,
    position: stage * ORDERS_IN_A_STAGE + Number(dig(action, 'RunOrder') ?? 1),
    provider,
    stack: text(configuration['StackName']),
    mode: text(configuration['ActionMode']),
    region: text(dig(action, 'Region')),
    commands: build.commands,
    inputs: artifacts('InputArtifacts'),
    outputs: artifacts('OutputArtifacts'),
    namespace: text(dig(action, 'Namespace')),
    exports: build.exports,
    variables,
  };
}

/** Every action of a pipeline, first to last. @throws ModelError when it names a build that is not in the templates. */
export const stepsOf = (set: TemplateSet, pipeline: Resource): Step[] =>
  pipeline
    .list('Stages')
    .flatMap((stage, index) =>
      listOf(dig(stage, 'Actions')).map((action) =>
        readAction(set, action, index, String(dig(stage, 'Name'))),
      ),
    )
    .sort((one, other) => one.position - other.position);

/** Where a stack stands at the end of a release: the position of the step that makes or changes it. */
export const makersOf = (steps: readonly Step[]): ReadonlyMap<string, number> =>
  new Map(
    steps
      .filter(({ mode, stack }) => mode === 'CHANGE_SET_EXECUTE' && stack !== undefined)
      .map(({ stack = '', position }) => [stack, position]),
  );
