import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { type Approvals, loadApprovals } from './approvals';
import { type RegisterEntry, registerSchema, type Roles, rolesSchema } from './schema';

export interface Register {
  readonly entries: readonly RegisterEntry[];
  readonly roles: Roles;
  readonly approvals: Approvals;
  /** The id that the next entry takes; undefined in the register of a team that does not count. */
  readonly next?: string | undefined;
}

export const POLICIES = path.resolve(__dirname, '../../policies');

function read<T>(file: string, schema: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'), { uniqueKeys: true });
  } catch (error) {
    throw new GateError(
      'REGISTER_INVALID',
      `${file} cannot be read: ${messageOf(error)}. Fix it and run again.`,
    );
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || '(whole)'}: ${issue.message}`,
  );
  throw new GateError('REGISTER_INVALID', `${file} is not valid:\n${issues.join('\n')}`);
}

/**
 * The exceptions register with the roles it refers to.
 * @throws GateError REGISTER_INVALID with every offending path and its reason.
 */
export function loadRegister(directory: string = POLICIES): Register {
  const { exceptions, next } = read(path.join(directory, 'exceptions.yaml'), registerSchema);
  const { roles } = read(path.join(directory, 'roles.yaml'), rolesSchema);
  const issues = [
    // Another team may count as it likes.
    ...(directory === POLICIES && next === undefined ? ['  next: says which id the next entry takes'] : []),
    ...exceptions.flatMap((entry) => [
      ...(entry.owner in roles
        ? []
        : [`  ${entry.id}: owner "${entry.owner}" is no role of policies/roles.yaml`]),
      ...(roles[entry.approver]?.mayApprove === true
        ? []
        : [`  ${entry.id}: "${entry.approver}" is no role of policies/roles.yaml that may approve`]),
      ...(roles[entry.owner]?.team !== undefined && roles[entry.owner]?.team === roles[entry.approver]?.team
        ? [`  ${entry.id}: owner and approver are the same team`]
        : []),
    ]),
  ];
  if (issues.length > 0) {
    throw new GateError('REGISTER_INVALID', `The exceptions register is not valid:\n${issues.join('\n')}`);
  }
  return { entries: exceptions, roles, approvals: loadApprovals(directory), next };
}
