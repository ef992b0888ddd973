import { z } from 'zod';
import data from './declared-needs.json';

const needSchema = z
  .strictObject({
    /** Purpose of the role, or `function` for what every function's role may have. */
    role: z.string(),
    sid: z.string(),
    actions: z.array(z.string()).min(1),
    /** The AWS page that asks for the grant. */
    page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }).optional(),
    /** What a person needs it for; roles of people have duties, services have pages. */
    duty: z.string().min(10).optional(),
  })
  .refine((need) => (need.page === undefined) !== (need.duty === undefined), 'either a page or a duty');
export type DeclaredNeed = z.infer<typeof needSchema>;

/** What the platform or a person needs besides the code's calls; reviewed data, each with its reason. */
export const DECLARED_NEEDS: readonly DeclaredNeed[] = z.array(needSchema).parse(data);
