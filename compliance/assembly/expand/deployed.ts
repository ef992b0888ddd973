import { type EvaluatedStack, type NotRead, resourceSchema, type TemplateResource } from '../model';
import { describeBranch } from './branches';
import { conditionsOf } from './conditions';
import { openParameters, unread } from './left-open';
import { mappingsOf, withTemplate } from './rewrite';
import { type Given, type Variant, variantsOf } from './variants';
import { type Known, resolveIntrinsics } from './resolve-intrinsics';

/** Every way in which a stack can be deployed, the one of its defaults first. */
export function variantsOfStack(
  stack: EvaluatedStack,
  given: Given,
  notRead: NotRead[],
): { stack: EvaluatedStack; assumes: string }[] {
  const { template } = stack;
  const { variants, unreached } = variantsOf(template, mappingsOf(template), given);
  for (const branch of unreached) {
    const why = `No way was tried in which ${describeBranch(branch)}: what is there then was not evaluated.`;
    notRead.push({ ...unread(stack, '(template)', why), open: 'condition' });
  }
  notRead.push(...openParameters(stack, given));
  return variants.map((variant) => ({ stack: deployed(stack, variant), assumes: variant.assumes }));
}

const KEPT_AS_WRITTEN = ['Parameters', 'Conditions', 'Mappings', 'Rules', 'Transform', 'Hooks'];

/** The template as it is deployed in one way: resources whose condition does not hold are not there. */
function deployed(stack: EvaluatedStack, { known }: Variant): EvaluatedStack {
  const { template } = stack;
  const isThere = (body: unknown): boolean => {
    const condition = (body as { Condition?: unknown } | null)?.Condition;
    return typeof condition !== 'string' || known.holds(condition) !== false;
  };
  const Resources: Record<string, TemplateResource> = {};
  for (const [logicalId, body] of Object.entries(template.Resources)) {
    if (!isThere(body)) continue;
    const { Condition: condition, ...rest } = body;
    const isOpen = typeof condition === 'string' && known.holds(condition) === undefined;
    const worked = resourceSchema.safeParse(resolveIntrinsics(isOpen ? body : rest, known));
    Resources[logicalId] = worked.success ? worked.data : body;
  }
  const present = new Set(Object.keys(Resources));
  for (const body of Object.values(Resources)) withoutAbsent(body, present);
  const outputs = Object.entries((template['Outputs'] as Record<string, unknown> | undefined) ?? {})
    .filter(([, output]) => isThere(output))
    .map(([name, output]) => [name, withoutCondition(resolveIntrinsics(output, known), known)] as const);
  const kept: Record<string, unknown> = Object.fromEntries(
    Object.entries(template).filter(([section]) => !KEPT_AS_WRITTEN.includes(section)),
  );
  // What is still referred to.
  const text = JSON.stringify([Resources, outputs]);
  const parameters = Object.entries((template['Parameters'] as Record<string, unknown> | undefined) ?? {});
  const open = parameters.filter(([name]) => text.includes(`"${name}"`) || text.includes(`\${${name}}`));
  const isStillConditional = text.includes('"Fn::If"') || text.includes('"Condition":"');
  return withTemplate(stack, {
    ...kept,
    ...(open.length > 0 && { Parameters: Object.fromEntries(open) }),
    ...(isStillConditional && 'Conditions' in template && { Conditions: conditionsOf(template) }),
    ...(text.includes('"Fn::FindInMap"') && { Mappings: template['Mappings'] }),
    ...(outputs.length > 0 ? { Outputs: Object.fromEntries(outputs) } : {}),
    Resources,
  });
}

function withoutCondition(output: unknown, known: Known): unknown {
  if (typeof output !== 'object' || output === null) return output;
  const { Condition: condition, ...rest } = output as { Condition?: unknown };
  return typeof condition === 'string' && known.holds(condition) === undefined ? output : rest;
}

/** Nothing waits for what is not there. */
function withoutAbsent(body: TemplateResource, present: ReadonlySet<string>): void {
  const waitsFor = body['DependsOn'];
  if (waitsFor === undefined) return;
  const left = [waitsFor].flat().filter((name) => typeof name !== 'string' || present.has(name));
  if (left.length === 0) delete body['DependsOn'];
  else body['DependsOn'] = left;
}
