import { ModelError } from '../proofs/model/errors';
import type { Resource } from '../proofs/model/resource';
import type { StackTemplate } from '../proofs/model/template';
import { TemplateSet } from '../proofs/model/template-set';
import { shortNameOf } from '../proofs/function-names';
import type { EngineResult, VerdictRow } from '../../verdict-row';
import type { Check, CheckContext, SetCheck } from './check';
import { ACCEPTED_CHECKS } from './accepted';
import { ENCRYPTION_CHECKS } from './encryption';
import { EXPOSURE_CHECKS, EXPOSURE_SET_CHECKS } from './exposure';
import { OBSERVATION_CHECKS, OBSERVATION_SET_CHECKS } from './observation';
import { RESILIENCE_CHECKS, RESILIENCE_SET_CHECKS } from './resilience';
import { TAG_CHECKS } from './tags';
import { WIRING_CHECKS } from './wiring';

/** Checks of single resources. */
export const CHECKS: readonly Check[] = [
  ...ENCRYPTION_CHECKS,
  ...OBSERVATION_CHECKS,
  ...EXPOSURE_CHECKS,
  ...RESILIENCE_CHECKS,
  ...TAG_CHECKS,
  ...WIRING_CHECKS,
  ...ACCEPTED_CHECKS,
];
/** Checks of the templates as a whole. */
export const SET_CHECKS: readonly SetCheck[] = [
  ...OBSERVATION_SET_CHECKS,
  ...EXPOSURE_SET_CHECKS,
  ...RESILIENCE_SET_CHECKS,
];

const contextOf = (templates: readonly StackTemplate[]): CheckContext => {
  const set = new TemplateSet(templates);
  return {
    set,
    application: shortNameOf(templates),
    get keys() {
      return set.remember(contextOf, 'keys', () => {
        const keys = [...set.resources('AWS::KMS::Key'), ...set.context('AWS::KMS::Key')];
        return new Set([...keys.flatMap((key) => [key.path, set.arnOf(key)]), ...aliasesOf(set)]);
      });
    },
  };
};

/** ARNs of aliases: what stands in the templates beside its key is as good a name. */
const aliasesOf = (set: TemplateSet): string[] =>
  set
    .resources('AWS::KMS::Alias')
    .map((alias) => `arn:aws:kms:${alias.region}:${alias.account}:${alias.text('AliasName')}`);

function row(
  check: Check | SetCheck,
  subject: Resource | string,
  problems: readonly string[] | Error,
): VerdictRow {
  const failed = problems instanceof Error;
  const clean = !failed && problems.length === 0;
  return {
    engine: 'template-checks',
    rule: check.id,
    title: check.title,
    verdict: failed ? 'error' : clean ? 'compliant' : 'non-compliant',
    ...(typeof subject === 'string'
      ? { resource: `all stacks of ${subject}`, resourceType: 'application' }
      : {
          stack: subject.stackName,
          resource: subject.logicalId,
          resourceType: subject.type,
          ...(subject.constructPath === undefined ? {} : { constructPath: subject.constructPath }),
        }),
    controls: [...check.controls],
    strength: 'property',
    severity: 'error',
    message: failed ? problems.message : clean ? 'as it should be' : problems.join('; '),
  };
}

/** Runs an evaluation; what cannot be read is an error row. */
function attempt(evaluate: () => readonly string[] | undefined): readonly string[] | undefined | ModelError {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

/**
 * This project's own property checks over every stack of one application.
 * @param checks for tests: only these.
 */
export function runChecks(
  templates: readonly StackTemplate[],
  checks: readonly Check[] = CHECKS,
  setChecks: readonly SetCheck[] = SET_CHECKS,
): EngineResult {
  const context = contextOf(templates);
  const rows = checks.flatMap((check) =>
    context.set.resources(...check.types).flatMap((resource) =>
      resource.remember(check, () => {
        const problems = attempt(() => check.evaluate(resource, context));
        return problems === undefined ? [] : [row(check, resource, problems)];
      }),
    ),
  );
  const ofSet = setChecks.flatMap((check) =>
    context.set.remember(check, 'all', () => {
      const problems = attempt(() => check.evaluate(context));
      return problems === undefined ? [] : [row(check, context.application, problems)];
    }),
  );
  return {
    engine: 'template-checks',
    version: '1',
    rows: [...rows, ...ofSet],
    rulesRun: [...checks, ...setChecks].map(({ id }) => id),
    failures: [],
    notAssessed: [],
  };
}
