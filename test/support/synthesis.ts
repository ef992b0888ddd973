import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { RawStack } from '../../compliance/self-test/mutant';
import type { StageConfig } from '../../lib/config/schema';
import { createApp } from '../../lib/create-app';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { releaseApplication } from '../../lib/stages/delivery-application';
import { fillWithEmptyBundles } from '../../tools/synthesis/empty-bundles';

const folder = (purpose: string): string => mkdtempSync(path.join(tmpdir(), `serverlessapp-${purpose}-`));

/** A stack with what the CDK's command line knows of it. */
export interface SynthesizedStack extends RawStack {
  /** As `cdk deploy` takes it. */
  readonly hierarchicalId: string;
  readonly requiresBootstrapStackVersion: number;
  /** Of its assembly. */
  readonly folder: string;
}

/**
 * An application without the built-in validation, which the gate runs, with bundles that need no build, and without the call
 * stack of each construct, which takes a fifth of the time and is for whoever wants lines of the source.
 */
const emptyApp = (): App =>
  createApp({
    outdir: folder('assembly'),
    builtinCloudFormationValidation: false,
    context: {
      bundles: fillWithEmptyBundles(folder('bundles')),
      'aws:cdk:disable-creation-stack-traces': true,
    },
  });

const synthesizedStack = (stack: CloudFormationStackArtifact): SynthesizedStack => ({
  stackName: stack.stackName,
  account: stack.environment.account,
  region: stack.environment.region,
  template: JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as RawStack['template'],
  hierarchicalId: stack.hierarchicalId,
  requiresBootstrapStackVersion: stack.requiresBootstrapStackVersion ?? 0,
  folder: path.dirname(stack.templateFullPath),
});

/** Every stack of everything that `build` puts into an application, pipelines and nested stages included. */
export function synthesizeStacks(build: (app: App) => void): SynthesizedStack[] {
  const app = emptyApp();
  build(app);
  return app.synth().stacksRecursively.map(synthesizedStack);
}

/** Every stack of a stage, as `cdk synth` makes it. */
export const synthesizeStage = (config: StageConfig): SynthesizedStack[] =>
  synthesizeStacks((app) => new ApplicationStage(app, config));

/** Every stack of the pipeline and of all that it deploys. */
export const synthesizeRelease = (): SynthesizedStack[] => synthesizeStacks(releaseApplication);
