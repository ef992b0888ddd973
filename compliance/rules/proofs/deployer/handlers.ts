import { z } from 'zod';
import data from './handlers.json';
import unlisted from './unlisted-handlers.json';

export const OPERATIONS = ['create', 'read', 'update', 'delete', 'list'] as const;
export type Operation = (typeof OPERATIONS)[number];

const handlersSchema = z.strictObject({
  /** Versions of the packages that the data was taken from. */
  sources: z.record(z.string(), z.string()),
  /** CloudFormation type → operation → actions that its handler calls. */
  types: z.record(z.string(), z.partialRecord(z.enum(OPERATIONS), z.array(z.string()))),
  /** Action → formats of the ARNs that it is authorized on; empty: it knows no resource. */
  actions: z.record(z.string(), z.array(z.string())),
});
export type Handlers = z.infer<typeof handlersSchema>;

/**
 * What AWS publishes: the handlers' permissions from the CloudFormation resource schemas (in the package cfn-lint), and
 * what each action is authorized on from the Service Authorization Reference. Written by
 * `compliance/rules/proofs/deployer/write-handlers.ts`; actions that IAM does not know are left out, for nobody can be refused them.
 */
export const PUBLISHED = handlersSchema.parse(data);
/** Of types whose schema lists no handlers: what the service's API has for it, by the Service Authorization Reference. */
const supplied = handlersSchema.parse(unlisted);
export const HANDLERS: Handlers = {
  sources: PUBLISHED.sources,
  types: { ...supplied.types, ...PUBLISHED.types },
  actions: { ...supplied.actions, ...PUBLISHED.actions },
};
