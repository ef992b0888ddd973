import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { EvaluatedStack } from '../assembly/assembly';
import type { BareTemplate } from '../assembly/bare-templates';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { templateNotEvaluated } from './not-evaluated';
import { resourceColumns, templateColumns } from './resource-columns';
import { engineEnvironment } from './engine-environment';
import { runTool } from './run-tool';
import { beginningOf, endOf } from '../../lambda/domain/cut-text';

const matchesSchema = z.array(
  z.looseObject({
    Filename: z.string(),
    Level: z.string(),
    Message: z.string(),
    Rule: z.looseObject({ Id: z.string(), ShortDescription: z.string(), Source: z.string() }),
    Location: z.looseObject({ Path: z.array(z.union([z.string(), z.number()])).nullish() }),
  }),
);
type Match = z.infer<typeof matchesSchema>[number];

const RUNNER = path.resolve(__dirname, 'cfn_lint_runner.py');
/** What cfn-lint is, and the rules that it had loaded. */
const loadedSchema = z.strictObject({ version: z.string(), loaded: z.array(z.string()) });
/** cfn-lint's exit code is a set of bits: errors 2, warnings 4, informational 8. 32 and 1 mean that it could not run. */
const EVALUATED = (code: number): boolean => (code & ~0b1110) === 0;
const CANARY_RULE = 'E3006';
/** By these it says that it could not read a template, not transform it, or that a rule of its own broke. */
const COULD_NOT_EVALUATE = new Set(['E0000', 'E0001', 'E0002']);

/**
 * cfn-lint over every template, whatever a template's own metadata asks it to ignore. It reports nothing on what
 * passes, so a template of an unknown type is evaluated along with them and must be found.
 */
export async function evaluateWithCfnLint(
  python: string,
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<EngineResult> {
  const canary = path.join(scratch, 'lint-canary.json');
  writeFileSync(canary, JSON.stringify({ Resources: { Canary: { Type: 'AWS::Not::AResource' } } }));
  const stated = templates.map(({ stack }) => stack.environment?.split('/').at(-1) ?? 'unknown-region');
  const regions = [...new Set(stated)].filter((region) => region !== 'unknown-region');
  const rulesFile = path.join(scratch, 'lint-rules.json');
  rmSync(rulesFile, { force: true });
  const run = await runTool(
    python,
    [
      ...[RUNNER, rulesFile, '--format', 'json', '--mandatory-checks', 'E', 'W'],
      // A template for any region is evaluated for cfn-lint's own choice, where there is no other beside it.
      ...(regions.length > 0 ? ['--regions', ...regions] : []),
      ...['--template', canary, ...templates.map(({ file }) => file)],
    ],
    { cwd: scratch, env: engineEnvironment(scratch) },
  );
  const result: EngineResult = {
    engine: 'cfn-lint',
    version: 'unknown',
    rows: [],
    rulesRun: [],
    failures: EVALUATED(run.exitCode)
      ? []
      : [`cfn-lint ended with exit code ${run.exitCode}: ${endOf(run.stderr.trim(), 500)}`],
    notAssessed: [],
  };
  try {
    const { version, loaded } = loadedSchema.parse(JSON.parse(readFileSync(rulesFile, 'utf8')));
    result.version = version;
    result.rulesRun = loaded.sort();
    const matches = matchesSchema.parse(JSON.parse(run.stdout));
    if (!matches.some((match) => match.Filename === canary && match.Rule.Id === CANARY_RULE)) {
      result.failures.push('cfn-lint did not find the planted error: its silence proves nothing.');
    }
    result.rows = templates.flatMap(({ stack, file }) => {
      const rows = matches
        .filter((match) => match.Filename === file)
        .map((match) =>
          COULD_NOT_EVALUATE.has(match.Rule.Id)
            ? templateNotEvaluated('cfn-lint', stack, `${match.Rule.Id}: ${match.Message}`)
            : findingOf(match, stack),
        );
      return rows.length > 0 ? rows : [silence(stack, result.rulesRun.length)];
    });
  } catch (error) {
    result.failures.push(`cfn-lint's answer cannot be read: ${beginningOf(messageOf(error), 300)}`);
  }
  return result;
}

const columns = { engine: 'cfn-lint', controls: ['NIST-800-53-R5:CM-6'], strength: 'property' } as const;

function findingOf(match: Match, stack: EvaluatedStack): VerdictRow {
  const [section, logicalId, ...property] = match.Location.Path ?? [];
  const resource =
    section === 'Resources'
      ? stack.resources.find((candidate) => candidate.logicalId === logicalId)
      : undefined;
  return {
    ...columns,
    controls: [...columns.controls],
    rule: match.Rule.Id,
    title: match.Rule.ShortDescription,
    ...(resource === undefined ? templateColumns(stack) : resourceColumns(resource)),
    verdict: 'non-compliant',
    severity: match.Level === 'Error' ? 'error' : 'warning',
    message: property.length > 0 ? `${property.join('.')}: ${match.Message}` : match.Message,
    remedy: match.Rule.Source,
  };
}

const silence = (stack: EvaluatedStack, rules: number): VerdictRow => ({
  ...columns,
  controls: [...columns.controls],
  rule: 'cfn-lint',
  title: 'The template is valid for CloudFormation and the provider schemas of its region',
  ...templateColumns(stack),
  verdict: 'compliant',
  severity: 'error',
  message: `${rules} rules, no finding.`,
});
