import * as z from 'zod';
import {
  batchQuerySchema,
  boxViewSchema,
  candidateViewSchema,
  idempotencyKeySchema,
  imageListSchema,
  imagePathSchema,
  imageViewSchema,
  inlineUploadSchema,
  labelViewSchema,
  listQuerySchema,
  presignedUploadSchema,
  readQuerySchema,
  uploadAnswerSchema,
  uploadRequestSchema,
} from '../domain/api-schemas';
import { BOUNDS } from '../domain/bounds';
import { problemSchema } from '../domain/problems';
import {
  reviewDecisionAnswerSchema,
  reviewDecisionRequestSchema,
  reviewListQuerySchema,
  reviewListSchema,
  reviewSummarySchema,
  reviewViewSchema,
} from '../domain/review-schemas';

type JsonObject = Record<string, unknown>;

/** The document's named schemas. Their ids are those of the zod schemas. */
const NAMED_SCHEMAS = {
  InlineUpload: inlineUploadSchema,
  PresignedUpload: presignedUploadSchema,
  UploadRequest: uploadRequestSchema,
  UploadAnswer: uploadAnswerSchema,
  Label: labelViewSchema,
  Box: boxViewSchema,
  Candidate: candidateViewSchema,
  ReviewSummary: reviewSummarySchema,
  ReviewList: reviewListSchema,
  Review: reviewViewSchema,
  ReviewDecisionRequest: reviewDecisionRequestSchema,
  ReviewDecisionAnswer: reviewDecisionAnswerSchema,
  Image: imageViewSchema,
  ImageList: imageListSchema,
  Problem: problemSchema,
} as const;
export type SchemaName = keyof typeof NAMED_SCHEMAS;

export const schemaReference = (name: SchemaName): { $ref: string } => ({
  $ref: `#/components/schemas/${name}`,
});

const withoutKeywords = (schema: JsonObject, ...keywords: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));

const LARGEST_INT32 = 2 ** 31 - 1;

/** What clients send is closed, so that a misspelled field is refused; what they read may gain fields. */
const REQUESTS: readonly string[] = [
  'InlineUpload',
  'PresignedUpload',
  'UploadRequest',
  'ReviewDecisionRequest',
] satisfies SchemaName[];

/**
 * A schema as generators of clients take it: a `pattern` beside a `format` is applied to the date or the id that they
 * have parsed already; a number without a format becomes whatever the language finds; an object that says nothing of
 * further fields is closed by some. Each was seen in a generated client (docs/decisions/0350-generated-clients.md).
 */
function forGenerators(value: unknown, isRequest: boolean): unknown {
  if (Array.isArray(value)) return value.map((entry) => forGenerators(entry, isRequest));
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(
    Object.entries(value).map(([keyword, inner]) => [keyword, forGenerators(inner, isRequest)]),
  );
  // A property may be called like a keyword; only a schema has a type of one word.
  if (typeof schema['type'] !== 'string') return schema;
  const plain = withoutKeywords(schema, 'propertyNames', ...('format' in schema ? ['pattern'] : []));
  switch (schema['type']) {
    case 'integer':
      return { ...plain, format: Number(schema['maximum']) <= LARGEST_INT32 ? 'int32' : 'int64' };
    case 'number':
      return { ...plain, format: 'double' };
    case 'object':
      return isRequest || 'additionalProperties' in schema ? plain : { ...plain, additionalProperties: true };
    default:
      return plain;
  }
}

/** JSON schemas of the bodies, in OpenAPI 3.1's own dialect (2020-12), as they stand on the wire. */
export function componentSchemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [
      id,
      forGenerators(withoutKeywords(schema, '$schema', '$id', 'id'), REQUESTS.includes(id)),
    ]),
  );
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: unknown;
  readonly schema: JsonObject;
}

/** One parameter for each property of an object schema. Strings on the wire, so the types are those after parsing. */
function parametersOf(schema: z.ZodType, location: Parameter['in']): Parameter[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: location,
    required: location === 'path',
    description: (property as JsonObject)['description'],
    schema: forGenerators(withoutKeywords(property as JsonObject, 'description'), true) as JsonObject,
  }));
}

/** A header of HTTP's own, not of a schema of ours: faulty ones name no tag that we gave out. */
const knownTag: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'tags of answers that the client has; 304 when the answer is one of them',
  schema: { type: 'string', maxLength: BOUNDS.textLength },
};

export const pathParameters = (): Parameter[] => parametersOf(imagePathSchema, 'path');
export const readParameters = (): Parameter[] => [
  ...pathParameters(),
  ...parametersOf(readQuerySchema, 'query'),
  knownTag,
];
export const listParameters = (): Parameter[] => [
  ...parametersOf(listQuerySchema, 'query'),
  ...parametersOf(batchQuerySchema, 'query'),
  knownTag,
];
export const reviewListParameters = (): Parameter[] => parametersOf(reviewListQuerySchema, 'query');
export const uploadHeaders = (): Parameter[] =>
  parametersOf(z.object({ 'Idempotency-Key': idempotencyKeySchema }), 'header');
