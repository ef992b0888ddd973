import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { EvaluatedStack } from '../assembly/assembly';
import type { BareTemplate } from '../assembly/bare-templates';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { templateNotEvaluated } from './not-evaluated';
import { resourceColumns } from './resource-columns';
import { engineEnvironment } from './engine-environment';
import { runTool } from './run-tool';
import { beginningOf, endOf } from '../../lambda/domain/cut-text';

const checkSchema = z.looseObject({
  check_id: z.string(),
  check_name: z.string(),
  resource: z.string(),
  file_abs_path: z.string(),
  file_line_range: z.array(z.number()),
  guideline: z.string().nullish(),
});
export const checkovReportSchema = z.looseObject({
  results: z.looseObject({
    passed_checks: z.array(checkSchema),
    failed_checks: z.array(checkSchema),
    skipped_checks: z.array(checkSchema),
    unknown_checks: z.array(checkSchema).default([]),
    parsing_errors: z.array(z.string()),
  }),
  summary: z.looseObject({ checkov_version: z.string() }),
});
export type CheckovCheck = z.infer<typeof checkSchema>;

const RUNNER = path.resolve(__dirname, 'checkov_runner.py');
const OWN_POLICIES = path.resolve(__dirname, '../../policies/checkov');
/** Exit codes that mean "I have evaluated"; 2 is a crash. */
const EVALUATED = [0, 1];

/** checkov must neither ask its vendor's service anything nor take a parsing error for success. */
export const checkovEnvironment = (scratch: string): NodeJS.ProcessEnv =>
  engineEnvironment(scratch, {
    CKV_PARSE_ERROR_FAIL: 'true',
    LOG_LEVEL: 'ERROR',
    PYTHONDONTWRITEBYTECODE: '1',
  });

/**
 * A template in which one check of each kind must fail: built-in in Python, built-in over the graph, and our own. A scanner
 * that was silenced, by whatever means, is silent here too.
 */
const CANARY = {
  Resources: {
    CanaryBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
    CanaryQueue: { Type: 'AWS::SQS::Queue', Properties: {} },
  },
};
const CANARY_CHECKS = ['CKV_AWS_53', 'CKV_AWS_27', 'CKV2_SERVERLESSAPP_1'];

/** Which checks were loaded, and which of them checkov was told not to run. */
const ranSchema = z.strictObject({ loaded: z.array(z.string()), refused: z.array(z.string()) });

/**
 * checkov's built-in CloudFormation checks and ours (`policies/checkov`) over every template in one run. Where it breaks
 * over several it is asked again over fewer, so that only the one that it breaks on stays unevaluated.
 * @param templates - copies without suppressions; see {@link writeBareTemplates}.
 */
export async function evaluateWithCheckov(
  python: string,
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<EngineResult> {
  const planted = plantCanaries(templates, scratch);
  return evaluatePlanted(python, planted, scratch);
}

async function evaluatePlanted(
  python: string,
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<EngineResult> {
  const outcome = await evaluateInOneRun(python, templates, scratch);
  if ('result' in outcome) return outcome.result;
  const [first] = templates;
  if (templates.length < 2 || first === undefined) {
    return { ...NO_RESULT, failures: [outcome.broke] };
  }
  const middle = Math.ceil(templates.length / 2);
  const halves = [templates.slice(0, middle), templates.slice(middle)];
  const results: EngineResult[] = [];
  for (const half of halves) results.push(await evaluatePlanted(python, half, scratch));
  return inOne(halves, results);
}

const NO_RESULT: EngineResult = {
  engine: 'checkov',
  version: 'unknown',
  rows: [],
  rulesRun: [],
  failures: [],
  notAssessed: [],
};

/** One result of two: what failed of one alone is not evaluated, what failed of both is a failure. */
function inOne(halves: readonly (readonly BareTemplate[])[], results: readonly EngineResult[]): EngineResult {
  const evaluated = results.find(({ failures }) => failures.length === 0);
  if (evaluated === undefined) return { ...NO_RESULT, failures: results.flatMap(({ failures }) => failures) };
  const rows = results.flatMap((result, index) =>
    result.failures.length === 0
      ? result.rows
      : (halves[index] ?? []).map(({ stack }) =>
          templateNotEvaluated('checkov', stack, result.failures.join(' ')),
        ),
  );
  return { ...evaluated, rows };
}

/** Stands in each template's copy: a template in which nothing is found on it was not read. */
const PLANTED = 'GateCanaryBucket';

/** Copies with the canary among the resources; a text that is no template is left for checkov to tell. */
function plantCanaries(templates: readonly BareTemplate[], scratch: string): BareTemplate[] {
  const directory = path.join(scratch, 'with-canary');
  mkdirSync(directory, { recursive: true });
  return templates.map(({ stack, file }) => {
    const text = readFileSync(file, 'utf8');
    const copy = path.join(directory, path.basename(file));
    writeFileSync(copy, withCanary(text));
    return { stack, file: copy };
  });
}

function withCanary(text: string): string {
  try {
    const template = JSON.parse(text) as { Resources?: Record<string, unknown> };
    const planted = { Type: 'AWS::S3::Bucket', Properties: {} };
    const resources = { ...template.Resources, [PLANTED]: planted };
    return JSON.stringify({ ...template, Resources: resources }, undefined, 1);
  } catch {
    return text;
  }
}

type Outcome = { readonly result: EngineResult } | { readonly broke: string };

async function evaluateInOneRun(
  python: string,
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<Outcome> {
  const rulesFile = path.join(scratch, 'checkov-rules.json');
  const canary = path.join(scratch, 'checkov-canary.json');
  writeFileSync(canary, JSON.stringify(CANARY));
  const run = await runTool(
    python,
    [
      RUNNER,
      rulesFile,
      ...['--framework', 'cloudformation', '--skip-download', '--compact', '--output', 'json'],
      ...['--external-checks-dir', OWN_POLICIES],
      ...[
        '--file',
        ...[canary, ...templates.map(({ file }) => file)].map((file) => path.relative(scratch, file)),
      ],
    ],
    { cwd: scratch, env: checkovEnvironment(scratch) },
  );
  if (!EVALUATED.includes(run.exitCode))
    return { broke: `checkov ended with exit code ${run.exitCode}: ${endOf(run.stderr.trim(), 500)}` };
  try {
    const report = checkovReportSchema.parse(JSON.parse(run.stdout));
    const ran = ranSchema.parse(JSON.parse(readFileSync(rulesFile, 'utf8')));
    return { result: resultOf(report, ran, templates, { scratch, canary }) };
  } catch (error) {
    return { broke: `checkov's answer cannot be read: ${beginningOf(messageOf(error), 300)}` };
  }
}

function resultOf(
  { results, summary }: z.infer<typeof checkovReportSchema>,
  { loaded, refused }: z.infer<typeof ranSchema>,
  templates: readonly BareTemplate[],
  { scratch, canary }: { readonly scratch: string; readonly canary: string },
): EngineResult {
  const failures: string[] = [];
  const fileOf = (check: CheckovCheck): string => path.resolve(scratch, check.file_abs_path);
  const missed = CANARY_CHECKS.filter(
    (id) => !results.failed_checks.some((check) => fileOf(check) === canary && check.check_id === id),
  );
  if (missed.length > 0)
    failures.push(`checkov did not find the planted ${missed.join(', ')}: its silence proves nothing.`);
  if (refused.length > 0)
    failures.push(
      `checkov was told not to run ${refused.slice(0, 5).join(', ')}${refused.length > 5 ? ` and ${refused.length - 5} more` : ''}.`,
    );
  if (results.skipped_checks.length > 0)
    failures.push('checkov skipped checks although no template asks for it.');
  const read = new Set(results.failed_checks.filter((check) => logicalIdOf(check) === PLANTED).map(fileOf));
  const unread = templates.filter(({ file }) => !read.has(file));
  if (unread.length > 0 && unread.length === templates.length)
    failures.push('checkov found the planted fault in no template: it has read none.');
  const byFile = new Map(templates.map(({ stack, file }) => [file, stack]));
  const rowsOf = (checks: readonly CheckovCheck[], verdict: 'compliant' | 'non-compliant' | 'error') =>
    checks
      .filter((check) => fileOf(check) !== canary && logicalIdOf(check) !== PLANTED)
      .map((check) => rowOf(check, verdict, byFile.get(fileOf(check)), failures));
  const rows = [
    ...rowsOf(results.passed_checks, 'compliant'),
    ...rowsOf(results.failed_checks, 'non-compliant'),
    ...rowsOf(results.unknown_checks, 'error'),
  ].filter((row) => row !== undefined);
  return {
    engine: 'checkov',
    version: summary.checkov_version,
    rows: [
      ...rows,
      ...unread.map(({ stack }) =>
        templateNotEvaluated(
          'checkov',
          stack,
          'checkov could not read it: it did not find the planted fault.',
        ),
      ),
    ],
    rulesRun: loaded.filter((id) => !refused.includes(id)),
    failures,
    notAssessed: [],
  };
}

const logicalIdOf = ({ resource }: CheckovCheck): string => resource.slice(resource.lastIndexOf('.') + 1);

function rowOf(
  check: CheckovCheck,
  verdict: 'compliant' | 'non-compliant' | 'error',
  stack: EvaluatedStack | undefined,
  failures: string[],
): VerdictRow | undefined {
  const resource = stack?.resources.find(({ logicalId }) => logicalId === logicalIdOf(check));
  if (resource === undefined) {
    const what = `checkov's ${check.check_id} evaluated ${check.resource}, which no template holds.`;
    if (stack === undefined) failures.push(what);
    return stack && templateNotEvaluated('checkov', stack, what);
  }
  return {
    engine: 'checkov',
    rule: check.check_id,
    title: check.check_name,
    ...resourceColumns(resource),
    verdict,
    controls: [],
    strength: 'property',
    severity: 'error',
    message: verdict === 'compliant' ? '' : `Not met by this resource: ${check.check_name}`,
    ...(check.guideline !== null && check.guideline !== undefined && { remedy: check.guideline }),
  };
}
