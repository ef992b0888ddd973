import { z } from 'zod';
import { EVIDENCE_READER, READER_POLICIES } from '../../../../lib/names';
import { renderPolicy } from '../../../../lib/policies';
import data from './declared-needs.json';

const needSchema = z
  .strictObject({
    /** Purpose of the role, or `function` for what every function's role may have. */
    role: z.string(),
    sid: z.string(),
    actions: z.array(z.string()).min(1),
    /** Keys and values that the grant has to ask for: with others, or without, it is more than is needed. */
    onlyWith: z.record(z.string(), z.string()).optional(),
    /** The AWS page that asks for the grant. */
    page: z.url({ hostname: /^docs\.aws\.amazon\.com$/ }).optional(),
    /** What a person needs it for; roles of people have duties, services have pages. */
    duty: z.string().min(10).optional(),
  })
  .refine((need) => (need.page === undefined) !== (need.duty === undefined), 'either a page or a duty');
export type DeclaredNeed = z.infer<typeof needSchema>;

const policySchema = z.object({
  Statement: z.array(z.object({ Sid: z.string(), Action: z.array(z.string()) })),
});

/**
 * What is asked of an account to compare it with what was evaluated. The files are made from the calls that this code declares
 * and cannot go beyond (compliance/deployed/reader-policy.ts; test/unit/deployed/reader-policy.test.ts).
 */
const OF_READERS: readonly DeclaredNeed[] = READER_POLICIES.flatMap((file) =>
  policySchema
    .parse(renderPolicy(`identity/${file}`, {}))
    .Statement.flatMap(({ Sid: sid, Action: actions }) =>
      [EVIDENCE_READER, 'auditor'].map((role) => ({
        role,
        sid,
        actions,
        duty: 'Ask what is deployed, by the calls that compliance/deployed declares',
      })),
    ),
);

/** What the platform or a person needs besides the code's calls; reviewed data, each with its reason. */
export const DECLARED_NEEDS: readonly DeclaredNeed[] = [...z.array(needSchema).parse(data), ...OF_READERS];
