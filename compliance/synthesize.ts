import { type App, CfnResource } from 'aws-cdk-lib';
import { loadStageConfig } from '../lib/config/load';
import { RELEASED_STAGE } from '../lib/config/schema';
import { createApp } from '../lib/create-app';
import { ApplicationStage } from '../lib/stages/application-stage';
import { releaseApplication } from '../lib/stages/delivery-application';
import { evaluatedWith } from './applications';
import { type Assembly, type EvaluatedResource, loadAssembly } from './assembly/assembly';
import { GateError, messageOf } from './gate-error';
import { writeSuppressions } from './register/write-suppressions';
import type { RegisterEntry } from './register/schema';

/** An assembly with the construct that each of its resources was synthesized from. */
export interface Synthesized {
  readonly assembly: Assembly;
  readonly constructs: ReadonlyMap<CfnResource, EvaluatedResource>;
}

/** Creation stacks deep enough to leave the library and reach the application's own line. */
const STACK_TRACE_DEPTH = 60;

/**
 * Synthesizes what is evaluated under the name of a stage, register included, into a directory: of the stage that a release
 * ends with it is the release itself, with the pipeline and the second region; what else is in it is not evaluated there.
 * @throws ConfigurationError when there is no such stage; GateError SYNTHESIS_FAILED when synthesis fails.
 */
export function synthesizeStage(
  stage: string,
  directory: string,
  entries: readonly RegisterEntry[],
  sourceRoot: string,
): Synthesized {
  const config = loadStageConfig(stage);
  const build = (app: App): void => {
    if (config.stage === RELEASED_STAGE) releaseApplication(app);
    else new ApplicationStage(app, config);
    writeSuppressions(app, entries, stage);
  };
  return synthesize(directory, sourceRoot, build, evaluatedWith(stage));
}

/**
 * Synthesizes whatever `build` puts into an application, the way the CDK's command line does.
 * @param evaluated - by its name, whether a stack is to be evaluated.
 */
export function synthesize(
  directory: string,
  sourceRoot: string,
  build: (app: App) => void,
  evaluated: (stackName: string) => boolean = () => true,
): Synthesized {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = STACK_TRACE_DEPTH;
  try {
    const app = createApp({
      outdir: directory,
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true },
    });
    build(app);
    app.synth();
    const assembly = loadAssembly(directory, sourceRoot, evaluated);
    return { assembly, constructs: constructsOf(app, assembly) };
  } catch (error) {
    if (error instanceof GateError) throw error;
    throw new GateError('SYNTHESIS_FAILED', `The application cannot be synthesized: ${messageOf(error)}`);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function constructsOf(app: App, { stacks }: Assembly): Map<CfnResource, EvaluatedResource> {
  const resources = stacks.flatMap((stack) => stack.resources);
  const byPath = new Map(resources.map((resource) => [resource.constructPath, resource]));
  const constructs = new Map<CfnResource, EvaluatedResource>();
  for (const construct of app.node.findAll()) {
    if (!CfnResource.isCfnResource(construct)) continue;
    const resource = byPath.get(construct.node.path);
    if (resource !== undefined) constructs.set(construct, resource);
  }
  if (constructs.size !== resources.length) {
    throw new GateError(
      'SYNTHESIS_FAILED',
      `${resources.length - constructs.size} resources of the templates belong to no construct, so that no rule for constructs could evaluate them.`,
    );
  }
  return constructs;
}
