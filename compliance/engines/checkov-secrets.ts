import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { checkovEnvironment, checkovReportSchema } from './checkov';
import { runTool } from './run-tool';

/** What is made, fetched or not ours; everything else in the project's directory is read. */
const SKIPPED = new Set(
  'node_modules .git .tools .cache cdk.out dist coverage compliance-report package-lock.json'.split(' '),
);
/** Pictures, and lock files of hashes alone. */
const SKIPPED_FILES = /\.(jpe?g|png|webp|gif|pdf|bin|data|tflite)$|^tools\/requirements\/.+\.txt$/i;
const CANARY_RULE = 'CKV_SECRET_2';

/**
 * checkov's secrets framework over the project's files. The scanner reports nothing on files without a secret, so a
 * planted one (made up, in the scratch directory) must be found before its silence on the rest is believed.
 */
export async function evaluateSecrets(
  python: string,
  projectRoot: string,
  scratch: string,
): Promise<EngineResult> {
  const canary = path.join(scratch, 'canary.env');
  writeFileSync(canary, `aws_access_key_id = ${['AKIA', 'QYLPMN5HHHFPZAM2'].join('')}\n`);
  const files = filesBelow(projectRoot, '');
  const run = await runTool(
    python,
    [
      ...['-m', 'checkov.main', '--framework', 'secrets', '--skip-download', '--compact', '--output', 'json'],
      ...['--file', canary, ...files.map((file) => path.join(projectRoot, file))],
    ],
    { cwd: scratch, env: checkovEnvironment(scratch) },
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
    const inCanary = found.filter(({ file_abs_path: file }) => file === canary);
    if (!inCanary.some(({ check_id: id }) => id === CANARY_RULE)) {
      result.failures.push(
        'The secrets scanner did not find the planted secret: its silence proves nothing.',
      );
    }
    result.version = summary.checkov_version;
    result.rulesRun = ['CKV_SECRET'];
    result.rows = found
      .filter((check) => !inCanary.includes(check))
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
      `The secrets scanner's answer cannot be read (exit code ${run.exitCode}): ${messageOf(error).slice(0, 300)} ${run.stderr.slice(-300)}`,
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
