import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EvaluatedStack } from './assembly';

const outputsSchema = z.record(
  z.string(),
  z.looseObject({ Value: z.unknown(), Export: z.looseObject({ Name: z.unknown() }).optional() }),
);
const referenceSchema = z.union([
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => ({ logicalId: Ref, attribute: 'Ref' })),
  z
    .strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform(({ 'Fn::GetAtt': [logicalId, attribute] }) => ({ logicalId, attribute })),
]);

/** What each kind of reference looks like once deployed; `digest` stands for the id that AWS will give. */
const SHAPES: Readonly<Record<string, (digest: string, account: string, region: string) => string>> = {
  'AWS::KMS::Key Arn': (digest, account, region) =>
    `arn:aws:kms:${region}:${account}:key/${digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}`,
  'AWS::EC2::VPC Ref': (digest) => `vpc-${digest.slice(0, 17)}`,
  'AWS::EC2::Subnet Ref': (digest) => `subnet-${digest.slice(0, 17)}`,
  'AWS::EC2::SecurityGroup GroupId': (digest) => `sg-${digest.slice(0, 17)}`,
  'AWS::EC2::VPCEndpoint Ref': (digest) => `vpce-${digest.slice(0, 17)}`,
};

/** By the name of each export, a value of the kind that it will have. Kinds that we do not know are left out. */
export function exportedValues(stacks: readonly EvaluatedStack[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const stack of stacks) {
    const outputs = outputsSchema.safeParse(stack.template['Outputs'] ?? {});
    const [, , account = '000000000000', region = 'us-east-1'] = stack.environment?.split('/') ?? [];
    for (const { Value, Export } of Object.values(outputs.data ?? {})) {
      const reference = referenceSchema.safeParse(Value);
      if (typeof Export?.Name !== 'string' || !reference.success) continue;
      const { logicalId, attribute } = reference.data;
      const type = stack.template.Resources[logicalId]?.Type ?? '';
      const digest = createHash('sha256').update(Export.Name).digest('hex');
      const value = SHAPES[`${type} ${attribute}`]?.(digest, account, region);
      if (value !== undefined) values.set(Export.Name, value);
    }
  }
  return values;
}

/** The template with every import that `exported` knows replaced by its value. */
export function resolveImports(value: unknown, exported: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((part) => resolveImports(part, exported));
  if (typeof value !== 'object' || value === null) return value;
  const name: unknown = (value as Record<string, unknown>)['Fn::ImportValue'];
  const known = typeof name === 'string' ? exported.get(name) : undefined;
  if (known !== undefined) return known;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, resolveImports(part, exported)]),
  );
}
