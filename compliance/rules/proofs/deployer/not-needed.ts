import { z } from 'zod';
import { globMatches } from '../iam/wildcards';
import data from './not-needed.json';

const entrySchema = z.strictObject({
  /** CloudFormation types, `*` for any. */
  types: z.array(z.string()).min(1),
  /** Actions, with `*` for anything. */
  actions: z.array(z.string()).min(1),
  /** The entry holds for as long as the resource has none of these properties. */
  unless: z.array(z.string()).min(1).optional(),
  /** On these resources only: ARNs, with `*` for anything. */
  targets: z.array(z.string()).min(1).optional(),
  operations: z.array(z.string()).min(1).optional(),
  reason: z.string().min(20),
});
export type NotNeeded = z.infer<typeof entrySchema>;

/** What a schema lists and our resources do not need; reviewed data, each with its reason. */
export const NOT_NEEDED: readonly NotNeeded[] = z.array(entrySchema).parse(data);

export interface Asked {
  readonly type: string;
  readonly action: string;
  readonly operation: string;
  readonly target: string;
  readonly has: (property: string) => boolean;
}

export const excuses = (entry: NotNeeded, { type, action, operation, target, has }: Asked): boolean =>
  (entry.types.includes('*') || entry.types.includes(type)) &&
  (entry.operations?.includes(operation) ?? true) &&
  entry.actions.some((pattern) => globMatches(pattern, action, true)) &&
  (entry.targets?.some((pattern) => globMatches(pattern, target)) ?? true) &&
  !(entry.unless ?? []).some(has);
