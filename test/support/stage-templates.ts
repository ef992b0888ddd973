import { createRequire } from 'node:module';
import { applicationIdOf, applicationsOf } from '../../compliance/applications';
import { type ApplicationTemplates, byApplication } from '../../compliance/rules/proofs/prove';
import type { RawStack } from '../../compliance/self-test/mutant';
import { loadStageConfig } from '../../lib/config/load';
import type { StageConfig, StageName } from '../../lib/config/schema';
import { madeOnce } from './made-once';
import type * as Synthesis from './synthesis';
import type { SynthesizedStack } from './synthesis';

/** Loaded by whoever synthesizes: the CDK takes seconds, and most test files read what another made. */
const synthesis = (): typeof Synthesis => createRequire(__filename)('./synthesis') as typeof Synthesis;

/** Every stack of a configuration with the account and region that it is for. */
export const templatesOfConfig = (config: StageConfig): SynthesizedStack[] =>
  synthesis().synthesizeStage(config);

/** Every stack of a stage with the account and region that it is for, as the proofs take them. */
export const stageTemplates = (name: StageName): SynthesizedStack[] =>
  madeOnce(`stage-${name}`, () => templatesOfConfig(loadStageConfig(name)));

/** Every stack of the pipeline and of all that it deploys. */
export const everyStackOfRelease = (): SynthesizedStack[] =>
  madeOnce('release', () => synthesis().synthesizeRelease());

/** Every stack that the gate evaluates with prod: of the stage, of its second region and of the pipeline. */
export function releaseStacks(): RawStack[] {
  const evaluated = applicationsOf('prod').map(({ id }) => id);
  return everyStackOfRelease().filter(({ stackName }) =>
    evaluated.includes(applicationIdOf(stackName) ?? ''),
  );
}

/** As {@link releaseStacks}, by application. */
export const releaseTemplates = (): ApplicationTemplates<RawStack>[] => byApplication(releaseStacks());
