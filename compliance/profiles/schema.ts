import { z } from 'zod';
import { ruleNotAdoptedSchema } from './not-adopted';

const isPattern = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

/** What a team says of itself: its conventions, the frameworks that it answers to, and what it does not follow. */
export const profileSchema = z.strictObject({
  /** Of the two that come with the gate, the one that this builds on. */
  extends: z.enum(['generic', 'serverlessapp']).default('generic'),
  /** Tags that every resource that can carry some has to carry; none when empty. */
  requiredTags: z.array(z.string().min(1)).optional(),
  /** A regular expression for names of resources: `^acme-`. */
  namePattern: z.string().refine(isPattern, 'is no regular expression').optional(),
  /** The AWS services that the code of functions in a VPC calls, by logical id or name: `Orders: [dynamodb, sqs]`. */
  functionsCall: z.record(z.string().min(1), z.array(z.string().regex(/^[a-z0-9.-]+$/))).optional(),
  /** Accounts that are the team's own, besides those that the templates are for; in quotes, for the zeros before them. */
  ownAccounts: z.array(z.string().regex(/^\d{12}$/, 'an account id has twelve digits')).default([]),
  /** Frameworks whose controls count, as findings name them (`HIPAA`); all of them when absent. */
  frameworks: z.array(z.string().min(1)).min(1).optional(),
  /** Rules that are not followed anywhere; those of the profile that it builds on stay out, too. */
  rulesNotAdopted: z.array(ruleNotAdoptedSchema).default([]),
  /** File with known findings, relative to the profile. */
  baseline: z.string().min(1).optional(),
  /** Directory with the team's own exceptions.yaml and roles.yaml, relative to the profile. */
  register: z.string().min(1).optional(),
});
