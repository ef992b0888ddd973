import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly, JudgedStack } from '../assembly/assembly';
import { writeBareTemplates } from '../assembly/bare-templates';
import { includeAssembly } from '../assembly/include-assembly';
import { judgeWithCdkNag } from '../engines/cdk-nag';
import { judgeWithCfnLint } from '../engines/cfn-lint';
import { judgeWithGuard } from '../engines/cfn-guard';
import { judgeWithCheckov } from '../engines/checkov';
import type { VerdictRow } from '../verdict-row';
import { type Catch, findingsOf, newFinding } from './catchers';
import type { Mutant, RawStack } from './mutant';

/** A scanner that judges many templates in one run. */
export interface Scanner {
  readonly name: string;
  readonly judge: (assembly: Assembly, scratch: string) => Promise<readonly VerdictRow[]>;
}

/** cdk-nag judges a template in a tenth of a second, cfn-guard takes three. */
export const CDK_NAG: Scanner = {
  name: 'cdk-nag',
  judge: (assembly, scratch) => {
    const { constructs } = includeAssembly(assembly, path.join(scratch, 'included'));
    return Promise.resolve(judgeWithCdkNag(constructs).rows);
  },
};

export const CFN_GUARD: Scanner = {
  name: 'cfn-guard',
  judge: async (assembly, scratch) =>
    (await judgeWithGuard(writeBareTemplates(assembly, path.join(scratch, 'guard')), scratch)).rows,
};

/** checkov, which needs its environment of Python. */
export const checkovScanner = (python: string): Scanner => ({
  name: 'checkov',
  judge: async (assembly, scratch) =>
    (await judgeWithCheckov(python, writeBareTemplates(assembly, path.join(scratch, 'bare')), scratch)).rows,
});

/** cfn-lint, which needs its environment of Python. */
export const cfnLintScanner = (executable: string): Scanner => ({
  name: 'cfn-lint',
  judge: async (assembly, scratch) =>
    (await judgeWithCfnLint(executable, writeBareTemplates(assembly, path.join(scratch, 'bare')), scratch))
      .rows,
});

const nameOf = (index: number): string => `mutant-${String(index).padStart(4, '0')}`;

/** The stack as the scanners' assembly holds it: under another name, so that many versions of it can stand together. */
export function judgedStack(stack: RawStack, name: string, directory: string): JudgedStack {
  const templateFile = `${name}.template.json`;
  writeFileSync(path.join(directory, templateFile), JSON.stringify(stack.template));
  const resources = Object.entries(stack.template.Resources).map(([logicalId, body]) => ({
    stack: name,
    logicalId,
    type: body.Type,
    constructPath: undefined,
    template: { file: templateFile, line: 1 },
    source: undefined,
    body,
  }));
  const environment = `aws://${stack.account}/${stack.region}`;
  return {
    name,
    stackName: stack.stackName,
    environment,
    templateFile,
    template: stack.template,
    resources,
    loops: [],
    acknowledgements: [],
  };
}

/**
 * Puts the mutated stacks of all mutants, and the originals, to one scanner in one run.
 * @returns what it found on each mutant that it does not find on the original.
 */
export async function scanMutants(
  scanner: Scanner,
  stacks: readonly RawStack[],
  mutants: readonly Mutant[],
  scratch: string,
): Promise<Map<Mutant, Catch>> {
  const directory = path.join(scratch, scanner.name);
  mkdirSync(directory, { recursive: true });
  const names = new Map(mutants.map((mutant, index) => [nameOf(index), mutant]));
  const judged = [
    ...stacks.map((stack) => judgedStack(stack, stack.stackName, directory)),
    ...[...names].map(([name, mutant]) => judgedStack(mutant.mutated(), name, directory)),
  ];
  const rows = await scanner.judge({ directory, stacks: judged, notRead: [] }, directory);
  const before = findingsOf(rows.filter((row) => !names.has(row.stack ?? '')));
  const caught = new Map<Mutant, Catch>();
  for (const [name, mutant] of names) {
    const own = rows.filter((row) => row.stack === name);
    const found = newFinding(scanner.name, own, before, mutant.stackName);
    if (found) caught.set(mutant, found);
  }
  return caught;
}
