import { writeFileSync } from 'node:fs';
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

const diagnosticSchema = z.looseObject({
  ruleId: z.string(),
  severity: z.string(),
  message: z.string(),
  propertyPath: z.string().nullish(),
  suggestedFix: z.string().nullish(),
  documentationUrl: z.string().nullish(),
  ruleDescription: z.string().nullish(),
  entity: z.looseObject({ logicalId: z.string(), entityType: z.string() }).nullish(),
});
const answerSchema = z.strictObject({
  version: z.string(),
  rules: z.array(z.string()),
  reports: z.array(
    z.looseObject({ filePath: z.string(), status: z.string(), diagnostics: z.array(diagnosticSchema) }),
  ),
});
type Diagnostic = z.infer<typeof diagnosticSchema>;

const WORKER = path.resolve(__dirname, 'cloudformation-validate-worker.ts');
/**
 * Rules that do not concern a synthesized assembly, which the CDK's own plug-in leaves out too: redundant DependsOn,
 * composed ARNs, and policies of deletion and update that CloudFormation has defaults for.
 */
const NOT_ADOPTED = new Set(['W3005', 'W1020', 'I4010', 'W4011', 'W4012', 'W9002', 'W9013', 'W1103']);

/** CDK's CloudFormation validator (types, schemas, references, cycles) over every template, in a process of its own. */
export async function evaluateWithCloudFormationValidate(
  templates: readonly BareTemplate[],
  scratch: string,
): Promise<EngineResult> {
  const canary = path.join(scratch, 'validate-canary.json');
  writeFileSync(canary, JSON.stringify({ Resources: { Canary: { Type: 'AWS::Not::AResource' } } }));
  const input = JSON.stringify({
    templates: [
      { file: canary },
      ...templates.map(({ stack, file }) => {
        const [, , account, region] = stack.environment?.split('/') ?? [];
        return {
          file,
          ...(account !== 'unknown-account' && { account }),
          ...(region !== 'unknown-region' && { region }),
        };
      }),
    ],
  });
  const result: EngineResult = {
    engine: 'cloudformation-validate',
    version: 'unknown',
    rows: [],
    rulesRun: [],
    failures: [],
    notAssessed: [],
  };
  const run = await runTool(process.execPath, ['--import', 'tsx', WORKER], {
    input,
    env: engineEnvironment(scratch),
    givesWay: true,
  });
  try {
    const answer = answerSchema.parse(JSON.parse(run.stdout));
    result.version = answer.version;
    result.rulesRun = answer.rules.filter((rule) => !NOT_ADOPTED.has(rule)).sort();
    const report = (file: string) => answer.reports.find(({ filePath }) => filePath === file);
    if ((report(canary)?.diagnostics.length ?? 0) === 0) {
      result.failures.push(
        'The CloudFormation validator did not find the planted error: its silence proves nothing.',
      );
    }
    for (const { stack, file } of templates) {
      const evaluated = report(file);
      if (evaluated?.status !== 'OK') {
        const why = `The CloudFormation validator says ${evaluated?.status ?? 'nothing'} of it.`;
        result.rows.push(templateNotEvaluated('cloudformation-validate', stack, why));
        if ((evaluated?.diagnostics.length ?? 0) === 0) continue;
      }
      const findings = (evaluated?.diagnostics ?? []).filter(({ ruleId }) => !NOT_ADOPTED.has(ruleId));
      result.rows.push(
        ...(findings.length > 0
          ? findings.map((diagnostic) => findingOf(diagnostic, stack))
          : [silence(stack, result.rulesRun.length)]),
      );
    }
  } catch (error) {
    result.failures.push(
      `The CloudFormation validator's answer cannot be read (exit code ${run.exitCode}): ${endOf(run.stderr.trim(), 500)} ${beginningOf(messageOf(error), 300)}`,
    );
  }
  return result;
}

const columns = { engine: 'cloudformation-validate', strength: 'property' } as const;

function findingOf(diagnostic: Diagnostic, stack: EvaluatedStack): VerdictRow {
  const { entity, propertyPath } = diagnostic;
  const resource =
    entity?.entityType === 'Resource'
      ? stack.resources.find(({ logicalId }) => logicalId === entity.logicalId)
      : undefined;
  const remedy = diagnostic.suggestedFix ?? diagnostic.documentationUrl;
  return {
    ...columns,
    controls: ['NIST-800-53-R5:CM-6'],
    rule: diagnostic.ruleId,
    title: diagnostic.ruleDescription ?? diagnostic.message,
    ...(resource === undefined
      ? { ...templateColumns(stack), ...(entity && { resource: entity.logicalId }) }
      : resourceColumns(resource)),
    verdict: 'non-compliant',
    severity: ['FATAL', 'ERROR'].includes(diagnostic.severity) ? 'error' : 'warning',
    message: propertyPath ? `${propertyPath}: ${diagnostic.message}` : diagnostic.message,
    ...(remedy && { remedy }),
  };
}

const silence = (stack: EvaluatedStack, rules: number): VerdictRow => ({
  ...columns,
  controls: ['NIST-800-53-R5:CM-6'],
  rule: 'cloudformation-validate',
  title: 'The template is one that CloudFormation accepts: types, properties, references, no cycles',
  ...templateColumns(stack),
  verdict: 'compliant',
  severity: 'error',
  message: `${rules} rules, no finding.`,
});
