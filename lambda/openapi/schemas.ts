import * as z from 'zod';
import {
  idempotencyKeySchema,
  imageListSchema,
  imagePathSchema,
  imageViewSchema,
  inlineUploadSchema,
  listQuerySchema,
  presignedUploadSchema,
  uploadAcceptedSchema,
  uploadFormSchema,
  uploadRequestSchema,
} from '../domain/api-schemas';
import { problemSchema } from '../domain/problems';

type JsonObject = Record<string, unknown>;

/** The document's named schemas. Their ids are those of the zod schemas. */
export const NAMED_SCHEMAS = {
  InlineUpload: inlineUploadSchema,
  PresignedUpload: presignedUploadSchema,
  UploadRequest: uploadRequestSchema,
  UploadAccepted: uploadAcceptedSchema,
  UploadForm: uploadFormSchema,
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

/** JSON schemas of the bodies, in OpenAPI 3.1's own dialect (2020-12), as they stand on the wire. */
export function componentSchemas(): JsonObject {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED_SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [id, withoutKeywords(schema, '$schema', '$id', 'id')]),
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
    schema: withoutKeywords(property as JsonObject, 'description'),
  }));
}

export const pathParameters = (): Parameter[] => parametersOf(imagePathSchema, 'path');
export const listParameters = (): Parameter[] => parametersOf(listQuerySchema, 'query');
export const uploadHeaders = (): Parameter[] =>
  parametersOf(z.object({ 'Idempotency-Key': idempotencyKeySchema }), 'header');
