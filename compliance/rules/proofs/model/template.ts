import { z } from 'zod';

const resourceSchema = z.looseObject({
  Type: z.string().regex(/^\w+(::[\w@-]+)+$/, 'is no resource type'),
  Properties: z.record(z.string(), z.unknown()).optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

/** What the proofs and checks read of a CloudFormation template. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema).default({}),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.unknown(), Export: z.unknown() }).partial())
    .default({}),
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
});
export type Template = z.infer<typeof templateSchema>;
export type TemplateResource = z.infer<typeof resourceSchema>;

/** One synthesized stack, with the account and region that it will be deployed to. */
export interface StackTemplate {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly template: unknown;
  /** Of another application, which the evaluated one leans on: resolved and asked about, but not evaluated again. */
  readonly context?: boolean;
}
