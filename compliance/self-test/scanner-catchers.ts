import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly, EvaluatedStack } from '../assembly/assembly';
import { writeBareTemplates } from '../assembly/bare-templates';
import { includeAssembly } from '../assembly/include-assembly';
import { evaluateWithCdkNag } from '../engines/cdk-nag';
import { evaluateWithCfnLint } from '../engines/cfn-lint';
import { evaluateWithGuard } from '../engines/cfn-guard';
import { evaluateWithCheckov } from '../engines/checkov';
import type { VerdictRow } from '../verdict-row';
import { type Catch, findingsOf, newFinding } from './catchers';
import type { Mutant, RawStack } from './mutant';

/** A scanner that evaluates many templates in one run. */
export interface Scanner {
  readonly name: string;
  readonly evaluate: (assembly: Assembly, scratch: string) => Promise<readonly VerdictRow[]>;
}

/** cdk-nag evaluates a template in a tenth of a second, cfn-guard takes three. */
export const CDK_NAG: Scanner = {
  name: 'cdk-nag',
  evaluate: (assembly, scratch) => {
    const { constructs } = includeAssembly(assembly, path.join(scratch, 'included'));
    return Promise.resolve(evaluateWithCdkNag(constructs).rows);
  },
};

export const CFN_GUARD: Scanner = {
  name: 'cfn-guard',
  evaluate: async (assembly, scratch) =>
    (await evaluateWithGuard(writeBareTemplates(assembly, path.join(scratch, 'guard')), scratch)).rows,
};

/** checkov, which needs its environment of Python. */
export const checkovScanner = (python: string): Scanner => ({
  name: 'checkov',
  evaluate: async (assembly, scratch) =>
    (await evaluateWithCheckov(python, writeBareTemplates(assembly, path.join(scratch, 'bare')), scratch))
      .rows,
});

/** cfn-lint, which needs its environment of Python. */
export const cfnLintScanner = (python: string): Scanner => ({
  name: 'cfn-lint',
  evaluate: async (assembly, scratch) =>
    (await evaluateWithCfnLint(python, writeBareTemplates(assembly, path.join(scratch, 'bare')), scratch))
      .rows,
});

const nameOf = (index: number): string => `mutant-${String(index).padStart(4, '0')}`;

/** The stack as the scanners' assembly holds it: under another name, so that many versions of it can stand together. */
export function evaluatedStack(stack: RawStack, name: string, directory: string): EvaluatedStack {
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
 * Puts the mutated stacks of all mutants, and their originals, to one scanner in one run: scanners know a stack alone, so
 * that of stacks without a mutant nothing is compared.
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
  const changed = new Set(mutants.map(({ stackName }) => stackName));
  const originals = stacks.filter(({ stackName }) => changed.has(stackName));
  const evaluated = [
    ...originals.map((stack) => evaluatedStack(stack, stack.stackName, directory)),
    ...[...names].map(([name, mutant]) => evaluatedStack(mutant.mutated(), name, directory)),
  ];
  const rows = await scanner.evaluate({ directory, stacks: evaluated, notRead: [] }, directory);
  const before = findingsOf(rows.filter((row) => !names.has(row.stack ?? '')));
  const caught = new Map<Mutant, Catch>();
  for (const [name, mutant] of names) {
    const own = rows.filter((row) => row.stack === name);
    const found = newFinding(scanner.name, own, before, mutant.stackName);
    if (found) caught.set(mutant, found);
  }
  return caught;
}
