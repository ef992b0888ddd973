import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { checkovEnvironment, checkovReportSchema } from './checkov';
import { PLANTED_SECRETS } from './planted-secrets';
import { runTool } from './run-tool';
import { beginningOf, endOf } from '../../lambda/domain/cut-text';

/** What is made, fetched or not ours; everything else in the project's directory is read. */
const SKIPPED = new Set(
  'node_modules .git .tools .cache cdk.out dist coverage compliance-report package-lock.json'.split(' '),
);
/** Pictures, and lock files of hashes alone. */
const SKIPPED_FILES = /\.(jpe?g|png|webp|gif|pdf|bin|data|tflite)$|^tools\/requirements\/.+\.txt$/i;
const RUNNER = path.resolve(__dirname, 'secrets_runner.py');

/**
 * checkov's secrets framework over the project's files. The scanner reports nothing on files without a secret, so a
 * planted one of every kind (made up, in the scratch directory) must be found before its silence on the rest is believed:
 * `secrets_runner.py` leaves out the lines on which no detector can find anything.
 */
export async function evaluateSecrets(
  python: string,
  projectRoot: string,
  scratch: string,
  signal?: AbortSignal,
): Promise<EngineResult> {
  const canaries = PLANTED_SECRETS.map(({ file, text, ids }) => ({
    file: path.join(scratch, file),
    text,
    ids,
  }));
  for (const { file, text } of canaries) writeFileSync(file, `${text}\n`);
  const files = filesBelow(projectRoot, '');
  const run = await runTool(
    python,
    [
      ...[RUNNER, '--framework', 'secrets', '--skip-download', '--compact', '--output', 'json'],
      '--file',
      ...canaries.map(({ file }) => file),
      ...files.map((file) => path.join(projectRoot, file)),
    ],
    {
      cwd: scratch,
      env: { ...checkovEnvironment(scratch), DETECT_SECRETS_PERF_PREGATE: '1' },
      signal,
      givesWay: true,
    },
  );
  const result: EngineResult = {
    engine: 'checkov-secrets',
    version: 'unknown',
    rows: [],
    rulesRun: [],
    failures: [],
    notAssessed: [],
  };
  try {
    const { results, summary } = checkovReportSchema.parse(JSON.parse(run.stdout));
    const found = [...results.failed_checks, ...results.skipped_checks];
    const inCanaries = found.filter(({ file_abs_path: at }) => canaries.some(({ file }) => file === at));
    const missed = canaries.flatMap(({ file, ids }) =>
      ids.filter((id) => !inCanaries.some((check) => check.file_abs_path === file && check.check_id === id)),
    );
    if (missed.length > 0) {
      result.failures.push(
        `The secrets scanner did not find the planted ${missed.join(', ')}: its silence proves nothing.`,
      );
    }
    result.version = summary.checkov_version;
    result.rulesRun = ['CKV_SECRET'];
    result.rows = found
      .filter((check) => !inCanaries.includes(check))
      .map((check): VerdictRow => {
        const file = path.relative(projectRoot, check.file_abs_path).split(path.sep).join('/');
        return {
          ...columns(check.check_id, check.check_name),
          resource: file,
          verdict: 'non-compliant',
          source: { file, line: Math.max(1, check.file_line_range[0] ?? 1) },
          message:
            'This looks like a secret. Whoever can read the repository, now or in its history, has it.',
          remedy: 'Revoke it, then keep its successor in Secrets Manager and pass the name.',
        };
      });
    if (result.rows.length === 0) {
      result.rows.push({
        ...columns('CKV_SECRET', 'No secret stands in the repository'),
        resource: '(repository)',
        verdict: 'compliant',
        message: `${files.length} files read.`,
      });
    }
  } catch (error) {
    result.failures.push(
      `The secrets scanner's answer cannot be read (exit code ${run.exitCode}): ${beginningOf(messageOf(error), 300)} ${endOf(run.stderr, 300)}`,
    );
  }
  return result;
}

function filesBelow(root: string, below: string): string[] {
  return readdirSync(path.join(root, below), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const file = path.posix.join(below, entry.name);
    if (entry.isDirectory()) return filesBelow(root, file);
    return entry.isFile() && !SKIPPED_FILES.test(file) ? [file] : [];
  });
}

export const SECRET_CONTROLS = ['NIST-800-53-R5:IA-5(7)'];

const columns = (
  rule: string,
  title: string,
): Pick<VerdictRow, 'engine' | 'rule' | 'title' | 'resourceType' | 'controls' | 'strength' | 'severity'> => ({
  engine: 'checkov-secrets',
  rule,
  title,
  resourceType: 'file',
  controls: SECRET_CONTROLS,
  strength: 'property',
  severity: 'error',
});
