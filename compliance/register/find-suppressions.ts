import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Assembly, EvaluatedResource } from '../assembly/assembly';
import type { EngineName, Location, VerdictRow } from '../verdict-row';
import { coveringEntry } from './match';
import type { RegisterEntry } from './schema';

interface Suppression {
  readonly engine: EngineName;
  readonly rule: string;
  readonly resource: EvaluatedResource;
}

const metadataSchema = z.object({
  cdk_nag: z.object({ rules_to_suppress: z.array(z.object({ id: z.string() })) }).optional(),
  checkov: z.object({ skip: z.array(z.object({ id: z.string() })) }).optional(),
  guard: z.object({ SuppressedRules: z.array(z.string()) }).optional(),
  'cfn-lint': z.object({ config: z.object({ ignore_checks: z.array(z.string()) }) }).optional(),
  cfn_nag: z.object({ rules_to_suppress: z.array(z.object({ id: z.string() })) }).optional(),
});

/** Every suppression that a template's metadata asks for. A shape that we cannot read counts as one. */
function inTemplate(resource: EvaluatedResource): Suppression[] {
  const parsed = metadataSchema.safeParse(resource.body.Metadata ?? {});
  if (!parsed.success) return [{ engine: 'exceptions-register', rule: '(unreadable)', resource }];
  const of = (engine: EngineName, rules: readonly string[]): Suppression[] =>
    rules.map((rule) => ({ engine, rule, resource }));
  const { data } = parsed;
  return [
    ...of('cdk-nag', data.cdk_nag?.rules_to_suppress.map(({ id }) => id) ?? []),
    ...of('checkov', data.checkov?.skip.map(({ id }) => id) ?? []),
    ...of('cfn-guard', data.guard?.SuppressedRules ?? []),
    ...of('cfn-lint', data['cfn-lint']?.config.ignore_checks ?? []),
    ...of('exceptions-register', data.cfn_nag?.rules_to_suppress.map(({ id }) => id) ?? []),
  ];
}

/** Rules acknowledged in the construct tree, by the construct's path; inherited by what is below it. */
function findAcknowledgements(assembly: Assembly): { constructPath: string; rule: string }[] {
  return assembly.stacks.flatMap(({ acknowledgements }) => acknowledgements);
}

const OWN_WORDS = [
  'compliance/register/',
  'compliance/assembly/bare-templates.ts',
  'compliance/engines/',
  'policies/guard/',
];
const SOURCE_DIRECTORIES = ['bin', 'lib', 'lambda', 'local', 'tools', 'compliance', 'policies', '.github'];
const SUPPRESSION_IN_CODE =
  /checkov:skip|\bNagSuppressions\b|\.acknowledge\(|rules_to_suppress|SuppressedRules|ignore_checks|allowlist secret|--skip-check|--soft-fail|--no-fail-on-crash|--ignore-errors|CDK_VALIDATION\s*=\s*false/;

/** Lines of the project's own code that silence a scanner anywhere but in the register's loader. */
function inSources(projectRoot: string): Location[] {
  return SOURCE_DIRECTORIES.flatMap((directory) => filesBelow(projectRoot, directory))
    .filter(
      (file) =>
        !OWN_WORDS.some((own) => file.startsWith(own)) && /\.(ts|mjs|js|json|ya?ml|py|sh)$/.test(file),
    )
    .flatMap((file) =>
      readFileSync(path.join(projectRoot, file), 'utf8')
        .split('\n')
        .flatMap((text, index) => (SUPPRESSION_IN_CODE.test(text) ? [{ file, line: index + 1 }] : [])),
    );
}

function filesBelow(root: string, below: string): string[] {
  try {
    return readdirSync(path.join(root, below), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .sort();
  } catch {
    return [];
  }
}

const RULE = 'UNREGISTERED-SUPPRESSION';
/** What templates of others ask not to be told: shown, and not heeded. Their register is theirs to keep. */
export function suppressionRows(assembly: Assembly): VerdictRow[] {
  const title = 'Suppressions in templates are shown, and not heeded';
  return evaluateSuppressions(assembly, [], '', undefined).map((row) =>
    row.verdict === 'compliant'
      ? { ...row, title }
      : {
          ...row,
          title,
          verdict: 'not-applicable',
          severity: 'note',
          remedy: 'What it silences stands among the findings.',
          message: `${row.message.replace(/, which the register does not know.*$/s, '')}; it was evaluated all the same.`,
        },
  );
}

const columns = {
  engine: 'exceptions-register',
  rule: RULE,
  title: 'Every suppression in code or template stands in the exceptions register',
  strength: 'property',
  severity: 'error',
} as const;

/**
 * Findings for every suppression that no register entry accounts for.
 * @param projectRoot - undefined when only templates are evaluated.
 */
export function evaluateSuppressions(
  assembly: Assembly,
  entries: readonly RegisterEntry[],
  stage: string,
  projectRoot: string | undefined,
): VerdictRow[] {
  const controls = ['NIST-800-53-R5:CM-3'];
  const remedy =
    'Delete it, and enter the exception in policies/exceptions.yaml: the loader writes what each tool needs.';
  const covered = (engine: EngineName, rule: string, constructPath: string | undefined): boolean =>
    coveringEntry({ engine, rule, constructPath }, entries, stage) !== undefined;
  const findings: VerdictRow[] = [
    ...assembly.stacks
      .flatMap(({ resources }) => resources.flatMap(inTemplate))
      .filter(({ engine, rule, resource }) => !covered(engine, rule, resource.constructPath))
      .map(({ engine, rule, resource }): VerdictRow => {
        const { stack, logicalId, type, constructPath, template, source } = resource;
        return {
          ...columns,
          controls,
          remedy,
          stack,
          resource: logicalId,
          resourceType: type,
          ...(constructPath !== undefined && { constructPath }),
          template,
          ...(source !== undefined && { source }),
          verdict: 'non-compliant',
          message: `The template's metadata silences ${rule} of ${engine}, which the register does not know.`,
        };
      }),
    ...findAcknowledgements(assembly)
      .filter(({ rule, constructPath }) => !covered('cdk-nag', rule, constructPath))
      .map(({ rule, constructPath }): VerdictRow => ({
        ...columns,
        controls,
        remedy,
        resource: constructPath,
        resourceType: 'construct',
        constructPath,
        verdict: 'non-compliant',
        message: `${rule} is acknowledged in code, which the register does not know.${rule.includes('::') ? '' : ' Without its pack before "::" it would not even be reported.'}`,
      })),
    ...(projectRoot === undefined ? [] : inSources(projectRoot)).map((source): VerdictRow => ({
      ...columns,
      controls,
      remedy,
      resource: source.file,
      resourceType: 'file',
      source,
      verdict: 'non-compliant',
      message: 'This line silences a scanner.',
    })),
  ];
  if (findings.length > 0) return findings;
  return [
    { ...columns, controls, resource: '(assembly)', verdict: 'compliant', severity: 'note', message: '' },
  ];
}
