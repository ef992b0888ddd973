import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../../gate-error';
import {
  type Contract,
  contractSchema,
  type PlainName,
  plainNameSchema,
  type QuietType,
  quietTypeSchema,
  type Reference,
  referenceSchema,
} from './schema';

/** Everything that `policies/contracts` says. */
export interface Contracts {
  readonly contracts: readonly Contract[];
  readonly references: readonly Reference[];
  readonly plainNames: readonly PlainName[];
  readonly quietTypes: readonly QuietType[];
}

export const CONTRACTS_DIRECTORY = path.resolve(__dirname, '../../../policies/contracts');
const REFERENCES = 'references.yaml';
const QUIET_TYPES = 'types-without-edges.yaml';
const PLAIN_NAMES = 'plain-names.yaml';

function read<T>(directory: string, file: string, schema: z.ZodType<T>): T[] {
  try {
    const parsed = z.array(schema).safeParse(parse(readFileSync(path.join(directory, file), 'utf8')));
    if (parsed.success) return parsed.data;
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  } catch (error) {
    throw new GateError(
      'DATA_INVALID',
      `policies/contracts/${file} cannot be read: ${messageOf(error)}. docs/contracts.md tells its form.`,
    );
  }
}

/** @throws GateError DATA_INVALID when a file is not of its form, or an id is used twice. */
export function loadContracts(directory: string = CONTRACTS_DIRECTORY): Contracts {
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
  const contracts = files
    .filter((file) => ![REFERENCES, QUIET_TYPES, PLAIN_NAMES].includes(file))
    .flatMap((file) => read(directory, file, contractSchema));
  const ids = contracts.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new GateError('DATA_INVALID', `policies/contracts has two contracts with the id ${twice}.`);
  return {
    contracts,
    references: read(directory, REFERENCES, referenceSchema),
    quietTypes: read(directory, QUIET_TYPES, quietTypeSchema),
    plainNames: read(directory, PLAIN_NAMES, plainNameSchema),
  };
}
