import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../../gate-error';

/** Roles of people in the stage's account, by their purpose. */
const PEOPLE = ['operator', 'data-steward', 'reviewer', 'break-glass', 'auditor'] as const;
/** Those who let a release in: what their permission sets grant them, and no more. */
const LET_IN = ['release approver', 'security approver'] as const;
/** Whoever is no role of ours: what their organisation grants them is taken for everything, what it denies counts. */
const OUTSIDE = [
  'security administrator',
  'administrator of the account',
  'administrator of the delivery account',
  'management account',
] as const;
const personSchema = z.enum([...PEOPLE, ...LET_IN, ...OUTSIDE]);
export type Person = z.infer<typeof personSchema>;

const commandSchema = z.strictObject({
  /** As the AWS CLI has it: `lambda update-event-source-mapping`. */
  command: z.string().regex(/^[a-z0-9-]+ [a-z0-9-]+$/),
  /** The files that name it. */
  in: z.array(z.string().min(1)).min(1),
  by: personSchema,
  /** Where it runs: in the stage's primary region (when left out), in the second one, in the delivery account. */
  where: z.array(z.enum(['primary', 'second', 'delivery'])).default(['primary']),
  requests: z
    .array(
      z.strictObject({
        actions: z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/)).min(1),
        /** `${prefix}`, `${region}`, `${account}`, and `key of DOMAIN` by itself. */
        on: z.string().min(1),
        via: z.string().optional(),
        sends: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1),
  /** Where it is written what the command asks for, when it is more than its own name. */
  page: z.url({ protocol: /^https$/ }).optional(),
});
export type RunbookCommand = z.output<typeof commandSchema>;

const FILE = path.resolve(__dirname, '../../../policies/runbooks/commands.yaml');

/** @throws GateError DATA_INVALID when the file is not of its form. */
export function loadCommands(): RunbookCommand[] {
  try {
    return z.array(commandSchema).parse(parse(readFileSync(FILE, 'utf8')));
  } catch (error) {
    throw new GateError(
      'DATA_INVALID',
      `policies/runbooks/commands.yaml cannot be read: ${messageOf(error)}. docs/contracts.md tells its form.`,
    );
  }
}
