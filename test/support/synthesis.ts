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

/** An application without the built-in validation, which the gate runs, and with bundles that need no build. */
export const emptyApp = (): App =>
  createApp({
    outdir: folder('assembly'),
    builtinCloudFormationValidation: false,
    context: { bundles: fillWithEmptyBundles(folder('bundles')) },
  });

const rawStack = (stack: CloudFormationStackArtifact): RawStack => ({
  stackName: stack.stackName,
  account: stack.environment.account,
  region: stack.environment.region,
  template: JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as RawStack['template'],
});

/** Every stack of a stage, as `cdk synth` makes it. */
export const synthesizeStage = (config: StageConfig): RawStack[] =>
  new ApplicationStage(emptyApp(), config).synth().stacks.map(rawStack);

/** Every stack of the pipeline and of all that it deploys. */
export function synthesizeRelease(): RawStack[] {
  const app = emptyApp();
  releaseApplication(app);
  return app.synth().stacksRecursively.map(rawStack);
}
