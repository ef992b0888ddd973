import type { SynthesizedStage, TemplateResource } from './synthesized-stage';

/** One statement of any policy in a template, with where it stands. */
export interface FoundStatement {
  readonly where: string;
  readonly resource: TemplateResource;
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly Principal?: unknown;
  readonly Condition: Record<string, Record<string, unknown>>;
}

interface RawStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  Resource?: unknown;
  NotResource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const isDocument = (value: unknown): value is { Statement: RawStatement[] } =>
  typeof value === 'object' && value !== null && Array.isArray((value as { Statement?: unknown }).Statement);

function documentsIn(value: unknown): { Statement: RawStatement[] }[] {
  if (isDocument(value)) return [value];
  if (typeof value === 'string' && value.startsWith('{"') && value.includes('"Statement"'))
    return documentsIn(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(documentsIn);
}

/** Every statement of every policy document in a stage, wherever its type keeps it. */
export const statementsOf = ({ resources }: SynthesizedStage): FoundStatement[] =>
  resources.flatMap((resource) =>
    documentsIn(resource.Properties)
      .flatMap(({ Statement }) => Statement)
      .map((statement) => ({
        where: `${resource.stack}/${resource.id}#${statement.Sid ?? '(no Sid)'}`,
        resource,
        Sid: statement.Sid ?? '',
        Effect: statement.Effect,
        actions: [statement.Action ?? []].flat(),
        resources: [statement.Resource ?? statement.NotResource ?? []].flat(),
        ...(statement.Principal === undefined ? {} : { Principal: statement.Principal }),
        Condition: statement.Condition ?? {},
      })),
  );

/** Condition keys of a statement, lower case, whatever the operator. */
export const conditionKeys = ({ Condition }: FoundStatement): string[] =>
  Object.values(Condition).flatMap((keys) => Object.keys(keys).map((key) => key.toLowerCase()));
