import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly, EvaluatedStack, TemplateResource } from './model';
import { exportedValues, resolveImports } from './resolve-imports';

/** Keys of a resource's metadata by which a scanner is told to look away. */
const SUPPRESSION_METADATA: readonly string[] = [
  'checkov',
  'guard',
  'cfn-lint',
  'cdk_nag',
  'cfn_nag',
  'cfn-guard',
];

/** A stack with the copy of its template that scanners get. */
export interface BareTemplate {
  readonly stack: EvaluatedStack;
  readonly file: string;
}

/**
 * Copies of the templates for the scanners, with two differences. No suppression is in them: each finding is seen
 * whether or not somebody asked for silence, and what is excepted is for the register alone to say. And what a stack
 * imports from another one of the assembly stands there as a value, as it will once deployed: rules written for single
 * templates take an import for "no key".
 *
 * The files are named by the stack, whose hyphens keep any path from looking like a secret key of forty characters to
 * checkov's CKV_AWS_45, which reads the file's name along with the environment.
 */
export function writeBareTemplates(assembly: Assembly, directory: string): BareTemplate[] {
  const exported = exportedValues(assembly.stacks);
  mkdirSync(directory, { recursive: true });
  return assembly.stacks.map((stack) => {
    const file = path.join(directory, `${fileNameOf(stack.name)}.template.json`);
    const resources = Object.entries(stack.template.Resources).map(
      ([id, body]) => [id, withoutSuppressions(body)] as const,
    );
    const bare: Record<string, unknown> = { ...stack.template, Resources: Object.fromEntries(resources) };
    delete bare['Metadata'];
    writeFileSync(file, JSON.stringify(resolveImports(bare, exported), undefined, 1));
    return { stack, file };
  });
}

const fileNameOf = (name: string): string => name.replace(/[^A-Za-z0-9.~@-]/g, '-');

function withoutSuppressions(body: TemplateResource): TemplateResource {
  if (body.Metadata === undefined) return body;
  const kept = Object.entries(body.Metadata).filter(([key]) => !SUPPRESSION_METADATA.includes(key));
  return { ...body, Metadata: Object.fromEntries(kept) };
}
