import { z } from 'zod';

/**
 * Everything that can evaluate. `template-scope` finds what the others
 * cannot read, `template-checks` are this project's own property checks, `proof-*` its proofs,
 * `exceptions-register` the register's own rules, `deployed` what an account answers.
 */
export const ENGINE_NAMES = [
  'cdk-nag',
  'cfn-guard',
  'checkov',
  'checkov-secrets',
  'cfn-lint',
  'cloudformation-validate',
  'dependency-audit',
  'license-check',
  'exceptions-register',
  'template-scope',
  'template-checks',
  'proof-network',
  'proof-iam',
  'proof-release',
  'proof-deployer',
  'proof-attack',
  'proof-signals',
  'proof-exposure',
  'service-contracts',
  'deployed',
] as const;
export const engineNameSchema = z.enum(ENGINE_NAMES);
export type EngineName = z.infer<typeof engineNameSchema>;

/**
 * - `compliant`: the rule looked and found what it asks for.
 * - `non-compliant`: a finding.
 * - `excepted`: a finding that an entry of the exceptions register covers; `exception` names the entry.
 * - `not-applicable`: the rule looked and the resource is not its subject.
 * - `error`: the rule could not evaluate. Never counts as passed.
 */
const verdictSchema = z.enum(['compliant', 'non-compliant', 'excepted', 'not-applicable', 'error']);
export type Verdict = z.infer<typeof verdictSchema>;

/** A line in a file; paths are relative to the project's root, or to the assembly's directory for templates. Lines count from 1. */
const locationSchema = z.strictObject({ file: z.string().min(1), line: z.int().min(1) });
export type Location = z.infer<typeof locationSchema>;

/** `FRAMEWORK:ID`, with the frameworks of `compliance/controls/`; for example `NIST-800-53-R5:sc-7`. */
const controlReferenceSchema = z.string().regex(/^[A-Za-z0-9.-]+:.+$/, 'FRAMEWORK:ID');

/** One rule's word on one resource: the one shape that every engine and proof returns and every report is made from. */
export const verdictRowSchema = z
  .strictObject({
    engine: engineNameSchema,
    /** Unique within the engine, as a register entry or an engineer would name it: `AwsSolutions::AwsSolutions-S1`, `CKV_AWS_18`. */
    rule: z.string().min(1),
    /** One sentence: what the rule asks for. */
    title: z.string().min(1),
    verdict: verdictSchema,
    /** The stack's name as it will be deployed; absent when the row is not about a stack (a package, the repository). */
    stack: z.string().min(1).optional(),
    /** Logical id, or the name of what was evaluated (a function, a package, a file). */
    resource: z.string().min(1),
    /** CloudFormation type, or a word such as `package`, `file`, `path` (of the network). */
    resourceType: z.string().min(1).optional(),
    /** `aws:cdk:path` of the resource, from the application's root on. */
    constructPath: z.string().min(1).optional(),
    template: locationSchema.optional(),
    source: locationSchema.optional(),
    controls: z.array(controlReferenceSchema),
    /** A `property` was seen in the template, or a `behaviour` was proven from everything that bears on it. */
    strength: z.enum(['property', 'behaviour']),
    severity: z.enum(['error', 'warning', 'note']),
    /** What was found, in words that an engineer who has never seen the rule understands. */
    message: z.string(),
    /** What to do about it, or the address that tells. */
    remedy: z.string().optional(),
    /** Id of the register entry that covers the finding. */
    exception: z.string().min(1).optional(),
    /** Where and when an account was asked; absent where templates or sources were evaluated. */
    observed: z
      .strictObject({
        account: z.string().regex(/^\d{12}$/),
        region: z.string().min(1),
        at: z.iso.datetime(),
      })
      .optional(),
  })
  .refine((row) => (row.verdict === 'excepted') === (row.exception !== undefined), {
    message: 'excepted rows name their exception, others have none',
    path: ['exception'],
  });
export type VerdictRow = z.infer<typeof verdictRowSchema>;

/** What AWS needs at a kind of edge, and who says so. */
const citedContractSchema = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  needs: z.array(z.string()),
  /** What cannot be told apart from the same request of another account. */
  open: z.array(z.string()),
  sources: z.array(z.strictObject({ page: z.url(), grade: z.string(), read: z.string(), says: z.string() })),
  /** What the first deployment must show. */
  measure: z.string().optional(),
  /** What a first contact with AWS showed of it, a line each. */
  measured: z.array(z.string()).optional(),
});
export type CitedContract = z.infer<typeof citedContractSchema>;

/** The rule without the single finding that its brackets name: `AwsSolutions-IAM5[Action::s3:GetObject*]`. */
export const baseRule = (rule: string): string => rule.replace(/\[.*$/s, '');

/** A rule by its engine, as narratives and requirements name it: `proof-iam: iam-boundary`. */
export const ruleSource = ({ engine, rule }: Pick<VerdictRow, 'engine' | 'rule'>): string =>
  `${engine}: ${baseRule(rule)}`;

/** What an engine hands back: its rows, and enough to tell that it really ran. */
export const engineResultSchema = z.strictObject({
  engine: engineNameSchema,
  /** Version of the tool that evaluated. */
  version: z.string().min(1),
  rows: z.array(verdictRowSchema),
  /** Every rule that was put to the templates, those without a row included; compared with the pinned count. */
  rulesRun: z.array(z.string()),
  /** Reasons for which this engine's silence or verdicts cannot be trusted; any one of them fails the gate with exit code 2. */
  failures: z.array(z.string()),
  /** What this engine could not look at, and why; printed and reported, never read as passed. */
  notAssessed: z.array(z.string()),
  /** A proof's result in words, one paragraph for each function. */
  narratives: z.array(z.string()).optional(),
  /** A proof's whole results, a line each: what two packs are compared by. */
  proven: z.array(z.strictObject({ title: z.string().min(1), lines: z.array(z.string()) })).optional(),
  /** What others say of AWS and the verdicts rest on. */
  cited: z.array(citedContractSchema).optional(),
});
export type EngineResult = z.infer<typeof engineResultSchema>;
