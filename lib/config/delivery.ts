import * as z from 'zod';
import { devDependencies } from '../../package.json';
import { base } from './base';
import { ConfigurationError } from './load';

/** What the pipeline needs besides the stages' own configuration. */
const deliveryConfigSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'an AWS account id has 12 digits'),
  region: z.literal('us-east-1'),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'OWNER/NAME'),
  branch: z.string().min(1),
  connectionArn: z
    .string()
    .regex(
      /^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
      'not the ARN of a connection',
    ),
  /** A full image version, not the moving major tag. */
  buildImage: z
    .string()
    .regex(/^aws\/codebuild\/[a-z0-9_-]+:\d+\.\d+(-\d{2}\.\d{2}\.\d{2})?$/, 'not a CodeBuild image'),
  approvers: z.array(z.email()).min(1),
  /** Who hears, beside those who approve, what the account's trail shows. */
  security: z.array(z.email()).min(1),
  organizationId: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'not an AWS Organizations id'),
  /** The CDK's command line that builds install: an exact version. */
  cdkVersion: z.string().regex(/^\d+\.\d+\.\d+$/, 'an exact version'),
  owner: z.string().min(1),
  costCentre: z.string().min(1),
  evidenceRetentionDays: z.int().min(365).max(3653),
  logDays: z.literal(365),
});
export type DeliveryConfig = z.infer<typeof deliveryConfigSchema>;

/** @throws ConfigurationError with every path and its reason. */
export function parseDeliveryConfig(values: unknown): DeliveryConfig {
  const parsed = deliveryConfigSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(`The delivery configuration is not valid:\n${issues.join('\n')}`);
}

/** The account that holds the pipeline and the evidence, apart from the accounts that it deploys to. */
export const delivery: DeliveryConfig = {
  account: base.deliveryAccount,
  region: 'us-east-1',
  repository: 'example-org/serverlessapp',
  branch: 'main',
  connectionArn:
    'arn:aws:codeconnections:us-east-1:222233334444:connection/11111111-2222-3333-4444-555555555555',
  buildImage: 'aws/codebuild/standard:7.0',
  approvers: ['release-managers@example.com'],
  security: ['security@example.com'],
  organizationId: base.organizationId,
  cdkVersion: devDependencies['aws-cdk'],
  owner: base.owner,
  costCentre: base.costCentre,
  evidenceRetentionDays: 2557,
  logDays: 365,
};
