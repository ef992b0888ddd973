import { z } from 'zod';
import { globMatches } from '../iam/wildcards';
import data from './not-awaited.json';

const entrySchema = z.strictObject({
  /** CloudFormation type of the resource that names another; `*` for any. */
  type: z.string(),
  /** Property names from the resource on, list positions left out; `*` stands for anything. */
  property: z.string(),
  /** Type of what is named; any when absent. */
  names: z.string().optional(),
  /** Why AWS does not ask for it at that moment. */
  reason: z.string().min(20),
  page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }),
});
export type NotAwaited = z.infer<typeof entrySchema>;

/** Names that may stand in a template before what they name is made; reviewed data, each with its reason and page. */
export const NOT_AWAITED: readonly NotAwaited[] = z.array(entrySchema).parse(data);

/** Whether the entry speaks of a property of one type that names another. */
export const excuses = (entry: NotAwaited, type: string, property: string, named: string): boolean =>
  (entry.type === '*' || entry.type === type) &&
  (entry.names === undefined || entry.names === named) &&
  globMatches(entry.property, property);
