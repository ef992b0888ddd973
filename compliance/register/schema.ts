import { z } from 'zod';
import { STAGE_NAMES } from '../../lib/config/schema';

/** Engines whose findings an exception may cover, each with its own form of suppression or none. */
export const SUPPRESSIBLE_ENGINES = [
  'cdk-nag',
  'checkov',
  'cfn-guard',
  'cfn-lint',
  'cloudformation-validate',
  'proof-network',
  'proof-iam',
  'proof-exposure',
  'proof-release',
  'proof-signals',
  'proof-deployer',
  'template-checks',
] as const;
export type SuppressibleEngine = (typeof SUPPRESSIBLE_ENGINES)[number];

const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date reads YYYY-MM-DD')
  .refine((date) => !Number.isNaN(Date.parse(date)), 'no such day');
const sentence = z.string().trim().min(30, 'say it in a sentence that an auditor accepts');
const role = z.string().regex(/^[a-z][a-z0-9-]+$/, 'a role of policies/roles.yaml');

/** What shows that the compensating control works: a rule that ran and found compliance, or a test of this project. */
const evidenceSchema = z.union([
  z.strictObject({ engine: z.string(), rule: z.string() }),
  z.strictObject({ test: z.string().regex(/^test\/.+\.test\.ts$/, 'a test file below test/') }),
]);

const stages = z.array(z.enum(STAGE_NAMES)).min(1);
const resourceSchema = z.union([z.string().min(3), z.strictObject({ path: z.string().min(3), stages })]);

export const exceptionSchema = z
  .strictObject({
    id: z.string().regex(/^EXC-\d{3}$/, 'ids read EXC-001'),
    title: z.string().min(10),
    /** Rules by engine, spelled as in the findings, with the finding in brackets where the rule gives one. */
    rules: z.partialRecord(z.enum(SUPPRESSIBLE_ENGINES), z.array(z.string().min(3)).min(1)),
    /**
     * Construct paths; a path covers what is below it. `{stage}` stands for the stage's name, `{application}` at the
     * beginning for the stage's application in each of its regions. Some stages only, or all.
     */
    resources: z.array(resourceSchema).min(1),
    /** Where the exception holds; all stages when absent. */
    stages: stages.optional(),
    reason: sentence,
    risk: z.strictObject({ level: z.enum(['low', 'moderate', 'high']), description: sentence }),
    compensatingControl: z.strictObject({
      description: sentence,
      shownBy: z.array(evidenceSchema).min(1, 'name the check that shows it'),
    }),
    owner: role,
    approver: role,
    approved: isoDate,
    ticket: z.string().regex(/^[A-Z]+-\d+$/, 'a ticket reads SEC-123'),
    expires: isoDate,
  })
  .refine((entry) => entry.owner !== entry.approver, {
    message: 'nobody approves their own exception: owner and approver must differ',
    path: ['approver'],
  })
  .refine((entry) => entry.approved < entry.expires, {
    message: 'must be after the day of approval',
    path: ['expires'],
  })
  .refine((entry) => Object.keys(entry.rules).length > 0, { message: 'names no rule', path: ['rules'] });
export type RegisterEntry = z.infer<typeof exceptionSchema>;

export const registerSchema = z
  .strictObject({ exceptions: z.array(exceptionSchema) })
  .superRefine(({ exceptions }, context) => {
    const seen = new Set<string>();
    exceptions.forEach(({ id }, index) => {
      if (seen.has(id))
        context.addIssue({
          code: 'custom',
          path: ['exceptions', index, 'id'],
          message: `${id} stands twice`,
        });
      seen.add(id);
    });
  });

/** Roles that may own or approve, and the team that fills each. People change; roles are on record. */
export const rolesSchema = z.strictObject({
  roles: z.record(role, z.strictObject({ team: z.string().min(1), mayApprove: z.boolean() })),
});
export type Roles = z.infer<typeof rolesSchema>['roles'];
