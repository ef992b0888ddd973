import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { SYSTEM_ACCOUNTS } from '../applications';
import { GateError, messageOf } from '../gate-error';
import type { Conventions } from '../rules/nag/serverless-app-checks';
import { loadRegister, type Register } from '../register/load';
import { type Baseline, loadBaseline } from './baseline';
import { type RuleNotAdopted, ruleNotAdoptedSchema } from './not-adopted';
import { profileSchema } from './schema';

/** How a team's templates are evaluated. */
export interface Profile extends Conventions {
  /** `generic`, `serverlessapp`, or the file. */
  readonly name: string;
  readonly frameworks: readonly string[] | undefined;
  readonly rulesNotAdopted: readonly RuleNotAdopted[];
  readonly baseline: Baseline | undefined;
  /** The team's own exceptions; undefined where it keeps none. */
  readonly register: Register | undefined;
  /** Where the register lies, as messages name it. */
  readonly registerPlace: string | undefined;
}

const OURS_NOT_ADOPTED = path.resolve(__dirname, '../../policies/rules-not-adopted.yaml');
const BUILT_IN = ['generic', 'serverlessapp'] as const;
type BuiltIn = (typeof BUILT_IN)[number];
const isBuiltIn = (name: string): name is BuiltIn => BUILT_IN.some((each) => each === name);

function read<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} cannot be used: ${messageOf(error)}. Fix it and run again.`);
  }
}

/**
 * @param name - `generic`, `serverlessapp`, or the path of a team's own profile.
 * @throws GateError USAGE when there is none, DATA_INVALID with every fault in it.
 */
export function loadProfile(name: string): Profile {
  if (isBuiltIn(name)) return builtIn(name);
  if (!existsSync(name))
    throw new GateError(
      'USAGE',
      `There is no profile ${name}. Say generic, serverlessapp, or the path of your own file (README.md tells its form).`,
    );
  const own = read(name, profileSchema);
  const base = builtIn(own.extends);
  const beside = (place: string): string => path.resolve(path.dirname(name), place);
  return {
    name: path.basename(name),
    requiredTags: own.requiredTags ?? base.requiredTags,
    namePattern: own.namePattern ?? base.namePattern,
    functionsCall: own.functionsCall ?? {},
    ownAccounts: own.ownAccounts,
    frameworks: own.frameworks,
    rulesNotAdopted: [...base.rulesNotAdopted, ...own.rulesNotAdopted],
    baseline: own.baseline === undefined ? undefined : loadBaseline(beside(own.baseline)),
    register: own.register === undefined ? undefined : loadRegister(beside(own.register)),
    registerPlace: own.register && path.posix.join(own.register, 'exceptions.yaml'),
  };
}

function builtIn(name: BuiltIn): Profile {
  const {
    requiredTags = [],
    namePattern,
    rulesNotAdopted,
  } = read(path.join(__dirname, `${name}.yaml`), profileSchema);
  const ours = z.strictObject({ rules: z.array(ruleNotAdoptedSchema) });
  return {
    name,
    requiredTags,
    namePattern,
    functionsCall: {},
    ownAccounts: name === 'serverlessapp' ? SYSTEM_ACCOUNTS : [],
    frameworks: undefined,
    rulesNotAdopted: name === 'serverlessapp' ? read(OURS_NOT_ADOPTED, ours).rules : rulesNotAdopted,
    baseline: undefined,
    register: undefined,
    registerPlace: undefined,
  };
}
