import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderPolicy } from '../../lib/policies';
import type { CheckContext } from './check';

/** The policies of CloudFormation's own role, in place of AdministratorAccess. IAM takes 6,144 characters each. */
export const EXECUTION_POLICIES = ['deployment-data', 'deployment-platform'] as const;
export type ExecutionPolicy = (typeof EXECUTION_POLICIES)[number];

/** `policies/bootstrap/NAME.json` for a stage's account, prefix and regions. */
export function executionPolicy(name: ExecutionPolicy, context: CheckContext): unknown {
  const { config, names } = context;
  return renderPolicy(`bootstrap/${name}`, {
    Account: config.account,
    Prefix: names.prefix,
    // Global services answer in the home region.
    Regions: [config.region, config.drRegion],
  });
}

export const executionPolicyArn = (name: ExecutionPolicy, { config, names }: CheckContext): string =>
  `arn:aws:iam::${config.account}:policy/${names.of(name)}`;

/** Writes both policies into a folder. @returns the commands by which a security administrator makes them in the account */
export function writeExecutionPolicies(context: CheckContext, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return EXECUTION_POLICIES.map((name) => {
    const file = path.join(folder, `${context.names.of(name)}.json`);
    writeFileSync(file, JSON.stringify(executionPolicy(name, context)));
    return `aws iam create-policy --policy-name ${context.names.of(name)} --policy-document file://${file}`;
  });
}
