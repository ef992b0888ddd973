import type { EvaluatedResource, EvaluatedStack } from '../assembly/assembly';
import type { VerdictRow } from '../verdict-row';

/** The columns of a row that say what was evaluated and where it stands. */
export function resourceColumns(
  resource: EvaluatedResource,
): Pick<VerdictRow, 'stack' | 'resource' | 'resourceType' | 'constructPath' | 'template' | 'source'> {
  return {
    stack: resource.stack,
    resource: resource.logicalId,
    resourceType: resource.type,
    template: resource.template,
    ...(resource.constructPath !== undefined && { constructPath: resource.constructPath }),
    ...(resource.source !== undefined && { source: resource.source }),
  };
}

/** The same of a row that is about a whole template. */
export const templateColumns = ({ name, templateFile }: EvaluatedStack) => ({
  stack: name,
  resource: '(template)',
  template: { file: templateFile, line: 1 },
});
