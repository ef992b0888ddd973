import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { RootClients } from '../emulator/clients';
import type { Emulator } from '../emulator/emulator';
import { organizationOf } from '../emulator/organization';
import { BOOTSTRAP_SCRIPT } from '../runtime/prepare-runtime';
import { stacksInOrder } from './assembly';
import { bootstrap, uploadAssets } from './bootstrap';
import { createStack } from './create-stack';
import { makeByApi } from './make-by-api';
import type { Template } from './template';
import { transformStacks } from './transform-stacks';
import type { Difference } from './transformation';

const TEMPLATE_BUCKET = 'cdk-local-templates';

/** What was deployed, and every place where it differs from what AWS would get. */
export interface Deployment {
  stackNames: string[];
  resources: number;
  differences: Difference[];
}

export interface DeployOptions {
  assembly: CloudAssembly;
  /** Roles of the functions in the VPC; see the transformation of aws:SourceVpce. */
  inVpcRoleArns: readonly string[];
}

/**
 * Deploys the stacks of a cloud assembly for the emulator's region through its CloudFormation.
 * @throws DeploymentError naming the stack, the resource and the reason.
 */
export async function deployAssembly(
  emulator: Emulator,
  clients: RootClients,
  options: DeployOptions,
): Promise<Deployment> {
  const stacks = await stacksInOrder(options.assembly, [emulator.region]);
  const assets = stacks.flatMap((stack) => stack.assets);
  await bootstrap(clients, new Set([TEMPLATE_BUCKET, ...assets.map(({ bucket }) => bucket)]));
  await uploadAssets(clients.s3, assets, BOOTSTRAP_SCRIPT);
  const deployment: Deployment = { stackNames: [], resources: 0, differences: [] };
  const transformed = await transformStacks(clients.cloudFormation, stacks, {
    account: emulator.account,
    organizationId: await organizationOf(emulator),
    inVpcRoleArns: options.inVpcRoleArns,
  });
  for (const { name, template, differences, madeByApi } of transformed) {
    deployment.differences.push(...differences);
    const resources = Object.keys(template.Resources ?? {}).length;
    if (resources === 0) continue;
    const outputs = await putStack(emulator, clients, name, template);
    await makeByApi(clients, madeByApi, outputs);
    deployment.stackNames.push(name);
    deployment.resources += resources;
  }
  return deployment;
}

async function putStack(
  emulator: Emulator,
  clients: RootClients,
  name: string,
  template: Template,
): Promise<ReadonlyMap<string, string>> {
  const Key = `${name}.json`;
  const Body = JSON.stringify(template);
  await clients.s3.send(new PutObjectCommand({ Bucket: TEMPLATE_BUCKET, Key, Body }));
  return createStack(clients.cloudFormation, name, `${emulator.endpoint}/${TEMPLATE_BUCKET}/${Key}`);
}
