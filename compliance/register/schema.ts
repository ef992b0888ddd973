import { z } from 'zod';
import { STAGE_NAMES } from '../../lib/config/schema';

/** Engines whose findings an exception may cover, each with its own form of suppression or none. */
const SUPPRESSIBLE_ENGINES = [
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

export const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date reads YYYY-MM-DD')
  .refine((date) => !Number.isNaN(Date.parse(date)), 'no such day');
const sentence = z.string().trim().min(30, 'say it in a sentence that an auditor accepts');
export const role = z.string().regex(/^[a-z][a-z0-9-]+$/, 'a role of policies/roles.yaml');

const stages = z.array(z.enum(STAGE_NAMES)).min(1);
const resourceSchema = z.union([z.string().min(3), z.strictObject({ path: z.string().min(3), stages })]);

/**
 * What shows that the compensating control works: a rule that found compliance on the excepted constructs, or on those that
 * `at` names instead; or a test of this project that names the entry.
 */
const evidenceSchema = z.union([
  z.strictObject({
    engine: z.string(),
    rule: z.string(),
    at: z.array(resourceSchema).min(1).optional(),
    /** The excepted constructs that `at` stands for; all of them when absent. */
    for: z.array(resourceSchema).min(1).optional(),
  }),
  z.strictObject({ test: z.string().regex(/^test\/.+\.test\.ts$/, 'a test file below test/') }),
]);

const exceptionId = z.string().regex(/^EXC-\d{3}$/, 'ids read EXC-001');

export const exceptionSchema = z
  .strictObject({
    id: exceptionId,
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
    /** Who has to decide; the decision itself is written by `npm run compliance -- approve`. */
    approver: role,
    ticket: z.string().regex(/^[A-Z]+-\d+$/, 'a ticket reads SEC-123'),
    expires: isoDate,
  })
  .refine((entry) => entry.owner !== entry.approver, {
    message: 'nobody approves their own exception: owner and approver must differ',
    path: ['approver'],
  })
  .refine((entry) => Object.keys(entry.rules).length > 0, { message: 'names no rule', path: ['rules'] });
export type RegisterEntry = z.infer<typeof exceptionSchema>;

const numberOf = (id: string): number => Number(id.slice('EXC-'.length));

export const registerSchema = z
  .strictObject({
    exceptions: z.array(exceptionSchema),
    /** Ids that stood for a decision once and never stand for another. */
    retired: z.array(z.strictObject({ id: exceptionId, was: sentence })).default([]),
    /** The id that the next entry takes: every number before it was given, and stands among those in use or retired. */
    next: exceptionId.optional(),
  })
  .superRefine(({ exceptions, retired, next }, context) => {
    const seen = new Set<string>();
    for (const list of ['exceptions', 'retired'] as const) {
      ({ exceptions, retired })[list].forEach(({ id }, index) => {
        if (seen.has(id))
          context.addIssue({ code: 'custom', path: [list, index, 'id'], message: `${id} stands twice` });
        seen.add(id);
      });
    }
    // Numbers are given one after the other, so that an entry that is taken out without being retired leaves a gap; the
    // counter does the same for the last one.
    const highest = Math.max(0, ...[...seen].map(numberOf));
    const given = Math.max(highest, next === undefined ? 0 : numberOf(next) - 1);
    const gaps = Array.from({ length: given }, (_each, index) => index + 1).filter(
      (number) => ![...seen].some((id) => numberOf(id) === number),
    );
    for (const gap of gaps)
      context.addIssue({
        code: 'custom',
        path: ['retired'],
        message: `EXC-${String(gap).padStart(3, '0')} stands nowhere: an id that was used is retired, and never reused`,
      });
    if (next !== undefined && numberOf(next) <= highest)
      context.addIssue({
        code: 'custom',
        path: ['next'],
        message: `${next} is given already: say the one after EXC-${String(highest).padStart(3, '0')}`,
      });
  });

/** Roles that may own or approve, and the team that fills each. People change; roles are on record. */
export const rolesSchema = z.strictObject({
  roles: z.record(role, z.strictObject({ team: z.string().min(1), mayApprove: z.boolean() })),
});
export type Roles = z.infer<typeof rolesSchema>['roles'];
