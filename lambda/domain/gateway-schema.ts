import * as z from 'zod';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
export type JsonSchema = Record<string, JsonValue>;

/**
 * What API Gateway's request validation honours of JSON schema draft 4. Outside stand keywords that it ignores or
 * refuses (`exclusiveMinimum`, `minItems`, `oneOf`, `const` …): a rule that silently does not hold is worse than an
 * error. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const KEYWORDS = new Set([
  '$schema',
  'type',
  'description',
  'enum',
  'anyOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
]);

/** Says how to read a value and refuses none: documents have it, the gateway need not. */
const ANNOTATIONS = new Set(['contentEncoding']);

/** A schema that API Gateway could not hold a request to. */
export class SchemaNotExpressible extends Error {
  override readonly name = 'SchemaNotExpressible';
}

const isSchema = (value: JsonValue | undefined): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function resolve(reference: JsonValue, definitions: JsonSchema, open: readonly JsonValue[]): JsonSchema {
  const shown = JSON.stringify(reference);
  if (open.includes(reference)) throw new SchemaNotExpressible(`${shown} contains itself`);
  const name = typeof reference === 'string' ? /^#\/definitions\/(.+)$/.exec(reference)?.[1] : undefined;
  const definition = name === undefined ? undefined : definitions[name];
  if (!isSchema(definition)) throw new SchemaNotExpressible(`${shown} leads nowhere`);
  return inline(definition, definitions, [...open, reference]);
}

function inline(schema: JsonSchema, definitions: JsonSchema, open: readonly JsonValue[]): JsonSchema {
  const { $ref: reference, ...rest } = schema;
  const rules = Object.entries(rest).filter(([keyword]) => !ANNOTATIONS.has(keyword));
  const own = rules.map(([keyword, value]): [string, JsonValue] => {
    if (!KEYWORDS.has(keyword)) throw new SchemaNotExpressible(`"${keyword}" is not honoured by API Gateway`);
    if (keyword === 'properties' && isSchema(value)) {
      const properties = Object.entries(value).map(([name, property]): [string, JsonValue] => [
        name,
        isSchema(property) ? inline(property, definitions, open) : property,
      ]);
      return [keyword, Object.fromEntries(properties)];
    }
    if (keyword === 'anyOf' && Array.isArray(value)) {
      return [
        keyword,
        value.map((option) => (isSchema(option) ? inline(option, definitions, open) : option)),
      ];
    }
    return [
      keyword,
      ['items', 'additionalProperties'].includes(keyword) && isSchema(value)
        ? inline(value, definitions, open)
        : value,
    ];
  });
  return {
    ...(reference === undefined ? {} : resolve(reference, definitions, open)),
    ...Object.fromEntries(own),
  };
}

/**
 * A draft-4 schema without references or keywords that API Gateway does not honour.
 * @throws SchemaNotExpressible
 */
export function toGatewaySchema(draft4: JsonSchema): JsonSchema {
  const { definitions, ...schema } = draft4;
  return inline(schema, isSchema(definitions) ? definitions : {}, []);
}

/**
 * The request model of a zod schema: what a client sends, before transforms. Refinements and transforms cannot be
 * expressed; handlers check the zod schema again.
 * @throws SchemaNotExpressible
 */
export const gatewaySchemaOf = (schema: z.ZodType): JsonSchema =>
  toGatewaySchema(z.toJSONSchema(schema, { target: 'draft-4', io: 'input' }) as JsonSchema);
