import { CloudAssembly, DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { appendFile, cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRegister } from '../../../compliance/register/load';
import { writeSuppressions } from '../../../compliance/register/write-suppressions';
import { synthesize } from '../../../compliance/synthesize';
import { FUNCTIONS_FOLDER } from '../../../lambda/build';
import { loadStageConfig } from '../../../lib/config/load';
import { ApplicationStage } from '../../../lib/stages/application-stage';
import { stacksInOrder } from '../../../local/deployer/assembly';
import type { DeployOptions } from '../../../local/deployer/deploy';
import { transformStacks, type TransformedStack } from '../../../local/deployer/transform-stacks';
import { writeTransformedAssembly } from '../../../local/deployer/write-assembly';
import type { RootClients } from '../../../local/emulator/clients';
import type { Emulator } from '../../../local/emulator/emulator';
import { organizationOf } from '../../../local/emulator/organization';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

export interface Release {
  /** An assembly that the stock CDK CLI can deploy into the embedded AWS. */
  readonly folder: string;
  readonly stacks: readonly TransformedStack[];
}

/** What a release changes against the work tree. */
export interface ReleaseChange {
  /** CommonJS, appended to the bundle of the function `query`. */
  readonly query?: string;
  readonly stage?: (stage: ApplicationStage) => void;
}

/** An assembly as the embedded AWS gets it, both regions of it. */
export async function transformRelease(
  emulator: Emulator,
  clients: RootClients,
  { assembly, inVpcRoleArns }: DeployOptions,
): Promise<Release> {
  const { account, region, drRegion } = loadStageConfig('dev');
  const stacks = await transformStacks(
    clients.cloudFormation,
    await stacksInOrder(assembly, [region, drRegion]),
    { account, inVpcRoleArns, organizationId: await organizationOf(emulator) },
  );
  const folder = await mkdtemp(join(emulator.directory, 'release-'));
  await writeTransformedAssembly(assembly.directory, stacks, folder);
  return { folder, stacks };
}

/** Synthesizes the dev stage with a change, as the work tree would be synthesized. @returns its assembly */
export async function synthesizeRelease(
  { directory }: Emulator,
  { query = '', stage: change }: ReleaseChange,
): Promise<CloudAssembly> {
  const bundles = await mkdtemp(join(directory, 'bundles-'));
  await cp(FUNCTIONS_FOLDER, bundles, { recursive: true });
  await appendFile(join(bundles, 'query', 'index.js'), query);
  const folder = await mkdtemp(join(directory, 'synthesized-'));
  const config = loadStageConfig('dev');
  synthesize(folder, PROJECT_ROOT, (app) => {
    app.node.setContext('bundles', bundles);
    // Nobody reads here where each construct was made.
    app.node.setContext(DISABLE_CREATION_STACK_TRACES, true);
    const stage = new ApplicationStage(app, config);
    change?.(stage);
    writeSuppressions(app, loadRegister().entries, config.stage);
  });
  return new CloudAssembly(folder);
}
