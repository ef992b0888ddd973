import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { EvaluatedStack } from '../assembly/assembly';
import type { BareTemplate } from '../assembly/bare-templates';
import { messageOf } from '../gate-error';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { guardBinary } from './guard-binary';
import { type GuardRule, loadGuardRules } from './guard-rules';
import { templateNotEvaluated } from './not-evaluated';
import { resourceColumns } from './resource-columns';
import { engineEnvironment } from './engine-environment';
import { runTool, type ToolRun } from './run-tool';
import { beginningOf, endOf } from '../../lambda/domain/cut-text';

const reportSchema = z.array(
  z.looseObject({
    name: z.string(),
    compliant: z.array(z.string()),
    not_applicable: z.array(z.string()),
    not_compliant: z.array(z.looseObject({ Rule: z.looseObject({ name: z.string() }) })),
  }),
);
type Report = z.infer<typeof reportSchema>[number];

/** cfn-guard's exit codes that mean "I have evaluated": all passed, some failed. */
const EVALUATED = [0, 19];
const CANARY_RULE = 'bucket_closed';
const RESOURCE_PATH = /^\/Resources\/([^/]+)/;

/** One run of the tool: some rule files over one template. */
interface GuardRun {
  readonly template: BareTemplate;
  readonly files: readonly string[];
}

const filesOf = (rules: readonly GuardRule[]): string[] => [...new Set(rules.map(({ file }) => file))];

/**
 * Which rule files go over which template. cfn-guard searches the whole template for each rule, so a rule goes only where
 * a type that it speaks of is; the others run once, over the smallest template, so that each has been read and run.
 */
function planRuns(templates: readonly BareTemplate[], rules: readonly GuardRule[]): GuardRun[] {
  const runs = templates.map((template): GuardRun => {
    const types = [...new Set(template.stack.resources.map(({ type }) => `${type}::`))];
    const concerned = ({ mentions }: GuardRule) =>
      // A rule can speak of a service's types by their common beginning.
      mentions.length === 0 ||
      mentions.some((mention) => types.some((type) => type.startsWith(`${mention}::`)));
    return { template, files: filesOf(rules.filter(concerned)) };
  });
  const planned = new Set(runs.flatMap(({ files }) => files));
  const idle = filesOf(rules).filter((file) => !planned.has(file));
  const [smallest] = [...runs].sort(
    (a, b) => a.template.stack.resources.length - b.template.stack.resources.length,
  );
  return runs.map((run) => (run === smallest ? { ...run, files: [...run.files, ...idle] } : run));
}

/** AWS Control Tower's proactive rules and ours (`policies/guard`) over every template, some templates side by side. */
export async function evaluateWithGuard(
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<EngineResult> {
  const rules = loadGuardRules();
  const env = engineEnvironment(scratch);
  const waiting = planRuns(templates, rules).filter(({ files }) => files.length > 0);
  const version = await runTool(guardBinary(), ['--version'], { env });
  const failures = await failuresOfCanary(rules, scratch, env);
  const verdicts: { stack: EvaluatedStack; report: Report }[] = [];
  const notEvaluated: VerdictRow[] = [];
  const planned = waiting.length;
  const worker = async () => {
    for (let run = waiting.pop(); run !== undefined; run = waiting.pop()) {
      const { stack } = run.template;
      const { reports, problems } = await evaluateTemplate(run, env);
      verdicts.push(...reports.map((report) => ({ stack, report })));
      if (problems.length > 0)
        notEvaluated.push(templateNotEvaluated('cfn-guard', stack, problems.join(' ')));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (planned > 0 && verdicts.length === 0)
    failures.push(...notEvaluated.slice(0, 3).map(({ resource, message }) => `${resource}: ${message}`));
  const rows = [...notEvaluated, ...verdicts.flatMap(({ stack, report }) => rowsOf(stack, report, rules))];
  const evaluated = new Set(
    verdicts.flatMap(({ report }) => [
      ...report.compliant,
      ...report.not_applicable,
      ...report.not_compliant.map(({ Rule }) => Rule.name),
    ]),
  );
  return {
    engine: 'cfn-guard',
    version: version.stdout.trim().replace(/^cfn-guard\s+/, ''),
    rows: [...rows, ...neverApplicable(rules, rows)],
    rulesRun: rules.filter(({ name }) => evaluated.has(name)).map(({ name }) => name),
    failures: failures.sort(),
    notAssessed: [],
  };
}

const validate = (rules: readonly string[], file: string, env: NodeJS.ProcessEnv): Promise<ToolRun> =>
  runTool(
    guardBinary(),
    [
      ...['validate', '--structured', '--output-format', 'json', '--show-summary', 'none'],
      ...rules.flatMap((rule) => ['--rules', rule]),
      ...['--data', file],
    ],
    { env, givesWay: true },
  );

/** An open bucket, which one of our rules must refuse before its silence on the rest is believed. */
async function failuresOfCanary(
  rules: readonly GuardRule[],
  scratch: string,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const canary = path.join(scratch, 'guard-canary.json');
  writeFileSync(
    canary,
    JSON.stringify({ Resources: { Canary: { Type: 'AWS::S3::Bucket', Properties: {} } } }),
  );
  const planted = rules.filter(({ name }) => name === CANARY_RULE);
  const run = await validate(filesOf(planted), canary, env);
  const failures: string[] = [];
  const isFound = parseReports(run.stdout, failures).some(({ not_compliant: failed }) =>
    failed.some(({ Rule }) => Rule.name === CANARY_RULE),
  );
  return isFound
    ? failures
    : [...failures, 'cfn-guard did not find the planted fault: its silence proves nothing.'];
}

/** The reports on one template, and why they are not whole. */
async function evaluateTemplate(
  { template, files }: GuardRun,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly reports: Report[]; readonly problems: string[] }> {
  const run = await validate(files, template.file, env);
  const problems: string[] = [];
  if (!EVALUATED.includes(run.exitCode))
    problems.push(`cfn-guard ended with exit code ${run.exitCode}: ${endOf(run.stderr.trim(), 500)}`);
  const reports = parseReports(run.stdout, problems);
  if (reports.length === 0) problems.push('cfn-guard returned no verdict.');
  return { reports, problems };
}

function parseReports(output: string, failures: string[]): Report[] {
  try {
    return reportSchema.parse(JSON.parse(output));
  } catch (error) {
    failures.push(`cfn-guard's answer cannot be read: ${beginningOf(messageOf(error), 300)}`);
    return [];
  }
}

/**
 * Guard evaluates a template, not a resource: what a failed rule's clauses point at fails, every other resource of the
 * rule's types has passed.
 */
function rowsOf(stack: EvaluatedStack, report: Report, rules: readonly GuardRule[]): VerdictRow[] {
  const failed = new Map(report.not_compliant.map(({ Rule }) => [Rule.name, Rule]));
  const compliant = new Set(report.compliant);
  return rules.flatMap((rule): VerdictRow[] => {
    const failure = failed.get(rule.name);
    if (failure === undefined && !compliant.has(rule.name)) return [];
    const subjects = stack.resources.filter(({ type }) => rule.types.includes(type));
    const offenders = failure === undefined ? new Set<string>() : resourcesIn(failure);
    const named = stack.resources.filter(({ logicalId }) => offenders.has(logicalId));
    if (failure !== undefined && named.length === 0) {
      return [
        {
          ...columns(rule),
          stack: stack.name,
          resource: '(template)',
          verdict: 'non-compliant',
          message: `The template fails this rule, which names no resource. ${rule.title}`,
          template: { file: stack.templateFile, line: 1 },
        },
      ];
    }
    return [...new Set([...named, ...subjects])].map((resource) => ({
      ...columns(rule),
      ...resourceColumns(resource),
      verdict: offenders.has(resource.logicalId) ? 'non-compliant' : 'compliant',
      message: offenders.has(resource.logicalId) ? rule.title : '',
    }));
  });
}

/** Logical ids that any failed clause of a rule points at. */
function resourcesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) {
        const match = key === 'path' && typeof inner === 'string' ? RESOURCE_PATH.exec(inner) : null;
        if (match?.[1] !== undefined) found.add(match[1]);
        visit(inner);
      }
    }
  };
  visit(value);
  return found;
}

const columns = (
  rule: GuardRule,
): Pick<VerdictRow, 'engine' | 'rule' | 'title' | 'controls' | 'strength' | 'severity' | 'remedy'> => ({
  engine: 'cfn-guard',
  rule: rule.name,
  title: rule.id === rule.name ? rule.title : `${rule.id}: ${rule.title}`,
  controls: [...rule.controls],
  strength: 'property',
  severity: rule.severity,
  remedy: rule.remedy,
});

function neverApplicable(rules: readonly GuardRule[], rows: readonly VerdictRow[]): VerdictRow[] {
  const applied = new Set(rows.map(({ rule }) => rule));
  return rules
    .filter(({ name }) => !applied.has(name))
    .map((rule) => ({
      ...columns(rule),
      resource: '(none of its kind)',
      verdict: 'not-applicable',
      message: 'No resource of the kind that this rule looks at.',
    }));
}
