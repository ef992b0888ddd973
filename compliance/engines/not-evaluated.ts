import type { EvaluatedStack, NotRead } from '../assembly/model';
import type { EngineName, VerdictRow } from '../verdict-row';
import { templateColumns } from './resource-columns';

const columns = (engine: EngineName) =>
  ({
    engine,
    rule: engine,
    title: `What there is, ${engine} has evaluated`,
    verdict: 'error',
    controls: [],
    strength: 'property',
    severity: 'error',
  }) satisfies Partial<VerdictRow>;

/** What an engine could not evaluate: a row that says so, and stops nothing but a clean run under --strict. */
export const notEvaluated = (
  engine: EngineName,
  { stack, resource, resourceType, template, why }: NotRead,
): VerdictRow => ({
  ...columns(engine),
  ...(stack !== undefined && { stack }),
  resource,
  ...(resourceType !== undefined && { resourceType }),
  template,
  message: why,
});

/** As {@link notEvaluated}, of a whole template. */
export const templateNotEvaluated = (engine: EngineName, stack: EvaluatedStack, why: string): VerdictRow =>
  notEvaluated(engine, { ...templateColumns(stack), why });
