import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { JudgedStack } from '../assembly/assembly';
import type { BareTemplate } from '../assembly/bare-templates';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { resourceColumns } from './resource-columns';
import { engineEnvironment } from './engine-environment';
import { runTool } from './run-tool';

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
/** Exit codes that mean "I have judged"; 2 is a crash. */
const JUDGED = [0, 1];

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
 * checkov's built-in CloudFormation checks and ours (`policies/checkov`) over every template in one run.
 * @param templates - copies without suppressions; see {@link writeBareTemplates}.
 */
export async function judgeWithCheckov(
  python: string,
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<EngineResult> {
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
  const failures: string[] = [];
  if (!JUDGED.includes(run.exitCode)) {
    failures.push(`checkov ended with exit code ${run.exitCode}: ${run.stderr.trim().slice(-500)}`);
  }
  const failed = (reason: string): EngineResult => ({
    engine: 'checkov',
    version: 'unknown',
    rows: [],
    rulesRun: [],
    failures: [...failures, reason],
    notAssessed: [],
  });
  const stackOf = (check: CheckovCheck): JudgedStack | undefined =>
    templates.find(({ file }) => file === path.resolve(scratch, check.file_abs_path))?.stack;
  try {
    const { results, summary } = checkovReportSchema.parse(JSON.parse(run.stdout));
    const { loaded, refused } = ranSchema.parse(JSON.parse(readFileSync(rulesFile, 'utf8')));
    const isCanary = (check: CheckovCheck): boolean => path.resolve(scratch, check.file_abs_path) === canary;
    const missed = CANARY_CHECKS.filter(
      (id) => !results.failed_checks.some((check) => isCanary(check) && check.check_id === id),
    );
    if (missed.length > 0)
      failures.push(`checkov did not find the planted ${missed.join(', ')}: its silence proves nothing.`);
    if (refused.length > 0)
      failures.push(
        `checkov was told not to run ${refused.slice(0, 5).join(', ')}${refused.length > 5 ? ` and ${refused.length - 5} more` : ''}.`,
      );
    const judged = (checks: readonly CheckovCheck[]) => checks.filter((check) => !isCanary(check));
    failures.push(
      ...results.parsing_errors.map((file) => `checkov could not parse ${path.relative(scratch, file)}.`),
    );
    if (judged(results.passed_checks).length === 0)
      failures.push('checkov passed no check at all: it has parsed nothing.');
    if (results.skipped_checks.length > 0)
      failures.push('checkov skipped checks although no template asks for it.');
    const rows = [
      ...judged(results.passed_checks).map((check) => rowOf(check, 'compliant', stackOf(check), failures)),
      ...judged(results.failed_checks).map((check) =>
        rowOf(check, 'non-compliant', stackOf(check), failures),
      ),
      ...judged(results.unknown_checks).map((check) => rowOf(check, 'error', stackOf(check), failures)),
    ];
    return {
      engine: 'checkov',
      version: summary.checkov_version,
      rows: rows.filter((row) => row !== undefined),
      rulesRun: loaded.filter((id) => !refused.includes(id)),
      failures,
      notAssessed: [],
    };
  } catch (error) {
    return failed(`checkov's answer cannot be read: ${messageOf(error).slice(0, 300)}`);
  }
}

function rowOf(
  check: CheckovCheck,
  verdict: 'compliant' | 'non-compliant' | 'error',
  stack: JudgedStack | undefined,
  failures: string[],
): VerdictRow | undefined {
  const logicalId = check.resource.slice(check.resource.lastIndexOf('.') + 1);
  const resource = stack?.resources.find((candidate) => candidate.logicalId === logicalId);
  if (resource === undefined) {
    failures.push(`checkov judged ${check.resource} in ${check.file_abs_path}, which no template holds.`);
    return undefined;
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
    message: verdict === 'compliant' ? '' : `Not seen in this resource: ${check.check_name}`,
    ...(check.guideline !== null && check.guideline !== undefined && { remedy: check.guideline }),
  };
}
