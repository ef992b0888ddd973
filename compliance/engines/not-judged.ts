import type { JudgedStack, NotRead } from '../assembly/model';
import type { EngineName, VerdictRow } from '../verdict-row';

const columns = (engine: EngineName) =>
  ({
    engine,
    rule: engine,
    title: `What there is, ${engine} has judged`,
    verdict: 'error',
    controls: [],
    strength: 'property',
    severity: 'error',
  }) satisfies Partial<VerdictRow>;

/** What an engine could not judge: a row that says so, and stops nothing but a clean run under --strict. */
export const notJudged = (
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

/** As {@link notJudged}, of a whole template. */
export const templateNotJudged = (engine: EngineName, stack: JudgedStack, why: string): VerdictRow =>
  notJudged(engine, {
    stack: stack.name,
    resource: '(template)',
    template: { file: stack.templateFile, line: 1 },
    why,
  });
