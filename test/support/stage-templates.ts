import { readFileSync } from 'node:fs';
import type { RawStack } from '../../compliance/self-test/mutant';
import { createApp } from '../../lib/create-app';
import { loadStageConfig } from '../../lib/config/load';
import type { StageName } from '../../lib/config/schema';
import { Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { emptyBundles } from './synthesized-stage';

/** Every stack of a stage with the account and region that it is for, as the proofs take them. */
export function stageTemplates(name: StageName): RawStack[] {
  const config = loadStageConfig(name);
  const app = createApp({
    builtinCloudFormationValidation: false,
    context: { bundles: emptyBundles(new Names(config, config.region)) },
  });
  const stage = new ApplicationStage(app, config);
  return stage.synth().stacks.map((stack) => ({
    stackName: stack.stackName,
    account: stack.environment.account,
    region: stack.environment.region,
    template: JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as RawStack['template'],
  }));
}
