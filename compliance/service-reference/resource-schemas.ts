import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Below the environment of cfn-lint; the version of Python stands in between. */
const SCHEMAS = ['site-packages', 'cfnlint', 'data', 'schemas', 'resources'];

/** A JSON schema, or a part of one, as CloudFormation's registry has them. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What CloudFormation's registry publishes of a resource type. */
export interface ResourceSchema extends SchemaNode {
  readonly typeName?: string;
  readonly handlers?: Readonly<Record<string, { readonly permissions?: readonly string[] }>>;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** The schemas of all resource types, as the cfn-lint package carries them. @param directory the environment of cfn-lint */
export function readResourceSchemas(directory: string): ReadonlyMap<string, ResourceSchema> {
  const libraries = path.join(directory, 'lib');
  const [python = ''] = readdirSync(libraries);
  const schemas = path.join(libraries, python, ...SCHEMAS);
  return new Map(
    readdirSync(schemas)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(path.join(schemas, file), 'utf8')) as ResourceSchema)
      .map((schema) => [schema.typeName ?? '', schema] as const),
  );
}
