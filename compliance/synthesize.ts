import type { App, CfnResource } from 'aws-cdk-lib';
import { loadStageConfig } from '../lib/config/load';
import { createApp } from '../lib/create-app';
import { ApplicationStage } from '../lib/stages/application-stage';
import { type Assembly, type JudgedResource, loadAssembly } from './assembly/assembly';
import { GateError, messageOf } from './gate-error';
import { writeSuppressions } from './register/write-suppressions';
import type { RegisterEntry } from './register/schema';

/** A construct tree with the assembly that it was synthesized to. */
export interface Synthesized {
  readonly root: App;
  readonly assembly: Assembly;
  readonly resourceOf: (node: CfnResource) => JudgedResource | undefined;
}

/** Creation stacks deep enough to leave the library and reach the application's own line. */
const STACK_TRACE_DEPTH = 60;

/**
 * Synthesizes one stage of the application, register included, into a directory.
 * @throws ConfigurationError when there is no such stage; GateError SYNTHESIS_FAILED when synthesis fails.
 */
export function synthesizeStage(
  stage: string,
  directory: string,
  entries: readonly RegisterEntry[],
  sourceRoot: string,
): Synthesized {
  const config = loadStageConfig(stage);
  return synthesize(directory, sourceRoot, (app) => {
    new ApplicationStage(app, config);
    writeSuppressions(app, entries, stage);
  });
}

/** Synthesizes whatever `build` puts into an application, the way the CDK's command line does. */
export function synthesize(directory: string, sourceRoot: string, build: (app: App) => void): Synthesized {
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
    const assembly = loadAssembly(directory, sourceRoot);
    const byPath = new Map(
      assembly.stacks.flatMap(({ resources }) =>
        resources.map((resource) => [resource.constructPath, resource]),
      ),
    );
    return { root: app, assembly, resourceOf: (node) => byPath.get(node.node.path) };
  } catch (error) {
    if (error instanceof GateError) throw error;
    throw new GateError('SYNTHESIS_FAILED', `The application cannot be synthesized: ${messageOf(error)}`);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
