import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { applicationsOf, applicationIdOf } from '../../compliance/applications';
import { type ApplicationTemplates, byApplication } from '../../compliance/proofs/prove';
import type { RawStack } from '../../compliance/self-test/mutant';
import { createApp } from '../../lib/create-app';
import { loadStageConfig } from '../../lib/config/load';
import type { StageName } from '../../lib/config/schema';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { releaseApplication } from '../../lib/stages/delivery-application';
import { emptyBundles } from './synthesized-stage';

const rawStack = (stack: CloudFormationStackArtifact): RawStack => ({
  stackName: stack.stackName,
  account: stack.environment.account,
  region: stack.environment.region,
  template: JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as RawStack['template'],
});

const emptyApp = (): App =>
  createApp({ builtinCloudFormationValidation: false, context: { bundles: emptyBundles() } });

/** Every stack of a stage with the account and region that it is for, as the proofs take them. */
export const stageTemplates = (name: StageName): RawStack[] =>
  new ApplicationStage(emptyApp(), loadStageConfig(name)).synth().stacks.map(rawStack);

/** Every stack that the gate judges with prod: of the stage, of its second region and of the pipeline. */
export function releaseStacks(): RawStack[] {
  const app = emptyApp();
  releaseApplication(app);
  const judged = applicationsOf('prod').map(({ id }) => id);
  const stacks = app.synth().stacksRecursively.map(rawStack);
  return stacks.filter(({ stackName }) => judged.includes(applicationIdOf(stackName) ?? ''));
}

/** As {@link releaseStacks}, by application. */
export const releaseTemplates = (): ApplicationTemplates<RawStack>[] => byApplication(releaseStacks());
