import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Assembly, JudgedStack, TemplateResource } from './assembly';

/** Keys of a resource's metadata by which a scanner is told to look away. */
export const SUPPRESSION_METADATA = [
  'checkov',
  'guard',
  'cfn-lint',
  'cdk_nag',
  'cfn_nag',
  'cfn-guard',
] as const;

/**
 * Copies of the templates without any suppression in them. Scanners judge these, so that each finding is seen whether or
 * not somebody asked for silence; what is excepted is then for the register alone to say.
 */
export function writeBareTemplates(
  assembly: Assembly,
  directory: string,
): { stack: JudgedStack; file: string }[] {
  return assembly.stacks.map((stack) => {
    const file = path.join(directory, stack.templateFile);
    mkdirSync(path.dirname(file), { recursive: true });
    const resources = Object.entries(stack.template.Resources).map(
      ([id, body]) => [id, withoutSuppressions(body)] as const,
    );
    const bare: Record<string, unknown> = { ...stack.template, Resources: Object.fromEntries(resources) };
    delete bare['Metadata'];
    writeFileSync(file, JSON.stringify(bare, undefined, 1));
    return { stack, file };
  });
}

function withoutSuppressions(body: TemplateResource): TemplateResource {
  if (body.Metadata === undefined) return body;
  const hidden: readonly string[] = SUPPRESSION_METADATA;
  const kept = Object.entries(body.Metadata).filter(([key]) => !hidden.includes(key));
  return { ...body, Metadata: Object.fromEntries(kept) };
}
