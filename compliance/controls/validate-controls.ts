import { existsSync } from 'node:fs';
import path from 'node:path';
import { GateError } from '../gate-error';
import type { PinnedRules } from '../pinned-rules';
import type { Roles } from '../register/schema';
import { loadBaselines, requirementsByReference } from './catalogues';
import { type EvidenceSource, loadNarratives, type Narrative } from './narratives';
import { FRAMEWORKS } from './requirement-id';
import { loadVendorTags } from './resolve-references';
import { SELF_TEST } from './test-results';
import { loadResponsibilities } from './responsibilities';

/** What the narratives refer to. */
export interface ValidationContext {
  readonly projectRoot: string;
  readonly roles: Roles;
  /** Without it no rule is looked up: a run that pins rules makes it anew. */
  readonly pins: PinnedRules | undefined;
}

/**
 * Reads everything that the report's claims are made of, before any engine runs.
 * @throws GateError DATA_INVALID with everything that is wrong with the narratives, or with the first file that cannot be read.
 */
export function validateControls(surroundings: ValidationContext): void {
  loadBaselines();
  loadResponsibilities();
  loadVendorTags();
  const problems = narrativeProblems(loadNarratives(), surroundings);
  if (problems.length > 0) {
    throw new GateError(
      'DATA_INVALID',
      `The narratives in compliance/controls/narratives are not valid:\n${problems.map((one) => `  ${one}`).join('\n')}`,
    );
  }
}

/** What narratives name and nothing has: requirements, rules, tests, owners. */
export function narrativeProblems(
  narratives: readonly Narrative[],
  surroundings: ValidationContext,
): string[] {
  const known = requirementsByReference();
  return narratives.flatMap(({ id, owner, evidence, requirements }) => [
    ...(owner in surroundings.roles ? [] : [`${id}: ${owner} is no role of policies/roles.yaml`]),
    ...FRAMEWORKS.flatMap((framework) =>
      Object.keys(requirements[framework] ?? {})
        .filter((one) => !known.has(`${framework}:${one}`))
        .map((one) => `${id}: ${framework} has no requirement ${one}`),
    ),
    ...evidence.flatMap((source) => {
      const problem = evidenceProblem(source, surroundings);
      return problem === undefined ? [] : [`${id}: ${problem}`];
    }),
  ]);
}

function evidenceProblem(
  source: EvidenceSource,
  { projectRoot, pins }: ValidationContext,
): string | undefined {
  if ('test' in source)
    return source.test === SELF_TEST || existsSync(path.join(projectRoot, source.test))
      ? undefined
      : `there is no ${source.test}`;
  if ('configRule' in source || pins === undefined || source.rule === source.engine) return undefined;
  return pins[source.engine]?.rules.includes(source.rule) === true
    ? undefined
    : `${source.engine} has no rule ${source.rule} among compliance/pinned-rules.json`;
}
