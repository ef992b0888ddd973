import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { deployAssembly } from '../../../local/deployer/deploy';
import { makeByApi } from '../../../local/deployer/make-by-api';
import type { RootClients } from '../../../local/emulator/clients';
import type { Emulator } from '../../../local/emulator/emulator';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { runCommand } from '../../../tools/setup/run-command';
import { commandEnvironment } from './command-environment';
import { transformRelease } from './release';
import { StockCdk } from './stock-cdk';

const PREFLIGHT = ['--import', 'tsx', join('bin', 'commands', 'preflight.ts'), '--stage', 'dev'];
const CREATE_POLICY = /^aws iam create-policy --policy-name (\S+) --policy-document file:\/\/(\S+)$/;
const CDK = /^npx cdk (.*)$/;

/** Does what `npm run preflight -- --write-policies` tells to do; the AWS CLI's part by the SDK. */
async function bootstrapAsPreflightTells(emulator: Emulator, { iam }: RootClients): Promise<void> {
  const told = await runCommand(
    process.execPath,
    [...PREFLIGHT, '--write-policies', join(emulator.directory, 'bootstrap')],
    { cwd: PROJECT_ROOT, env: commandEnvironment(emulator) },
  );
  const cdk = new StockCdk(emulator);
  for (const line of told.trim().split('\n')) {
    const [, PolicyName, file = ''] = CREATE_POLICY.exec(line) ?? [];
    const [, command] = CDK.exec(line) ?? [];
    if (PolicyName !== undefined)
      await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: await readFile(file, 'utf8') }));
    else if (command !== undefined) await cdk.run(command.split(' '));
    else throw new Error(`Preflight tells something else than commands: ${line}`);
  }
}

/**
 * The way of README.md from an empty account to a running stage: our execution policies, `cdk bootstrap` of both
 * regions with them, `cdk deploy`; then what the embedded AWS's CloudFormation does not know is made by its API.
 */
export const deployWithStockCdk: typeof deployAssembly = async (emulator, clients, options) => {
  await bootstrapAsPreflightTells(emulator, clients);
  const { folder, stacks } = await transformRelease(emulator, clients, options);
  await new StockCdk(emulator).deploy(folder);
  for (const { name, madeByApi } of stacks.filter((stack) => stack.madeByApi.length > 0)) {
    const { Stacks = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = Stacks[0]?.Outputs ?? [];
    await makeByApi(
      clients,
      madeByApi,
      new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
    );
  }
  return {
    stackNames: stacks.map(({ name }) => name),
    resources: stacks.flatMap(({ template }) => Object.keys(template.Resources ?? {})).length,
    differences: stacks.flatMap(({ differences }) => differences),
  };
};
