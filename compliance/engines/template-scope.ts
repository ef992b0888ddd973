import { HARMLESS_PARAMETERS } from '../assembly/expand/options';
import type { Assembly, EvaluatedResource, EvaluatedStack, NotRead } from '../assembly/model';
import { keysWithin } from '../rules/proofs/model/keys-within';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { notEvaluated } from './not-evaluated';
import { resourceColumns, templateColumns } from './resource-columns';

/**
 * Types by which CloudFormation deploys what stands in another template, or changes the template after it was evaluated.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html
 */
const DEPLOYS_UNREAD: readonly [RegExp, string][] = [
  [/^AWS::CloudFormation::Stack$/, 'deploys a template that is not among those evaluated'],
  [/^AWS::CloudFormation::StackSet$/, 'deploys a template into other accounts or regions'],
  [
    /^AWS::CloudFormation::(Macro|ModuleVersion|ModuleDefaultVersion)$/,
    'changes templates after they were evaluated',
  ],
  [/::MODULE$/, 'is a module: CloudFormation puts resources in its place'],
  [/^AWS::Serverless::/, 'is replaced by other resources when it is deployed'],
  [
    /^AWS::(ServiceCatalog::CloudFormationProvisionedProduct|Proton::|CodeStar::)/,
    'deploys a template kept elsewhere',
  ],
];

/** Intrinsic functions that CloudFormation works out by a macro before it looks at the template. */
const EXPANDED_LATER = /^Fn::(Transform|ForEach::.*)$/;

interface ScopeRule {
  readonly id: string;
  readonly title: string;
  readonly remedy: string;
  readonly ofTemplate: (stack: EvaluatedStack) => readonly string[];
  readonly ofResource: (resource: EvaluatedResource, stack: EvaluatedStack) => readonly string[];
}

const none = (): readonly string[] => [];

const firstOperand = (operands: unknown): string =>
  String(Array.isArray(operands) ? (operands as unknown[])[0] : operands);

const RULES: readonly ScopeRule[] = [
  {
    id: 'scope-nothing-unread',
    title: 'Nothing is deployed that does not stand in the evaluated template',
    remedy: 'Put the resources into the template, or evaluate what it brings along by itself (--templates).',
    ofTemplate: ({ template, loops }) => [
      ...('Transform' in template
        ? [`The template is changed by ${JSON.stringify(template['Transform'])} after it was evaluated.`]
        : []),
      ...loops.map(({ key }) => `${key} is worked out when the template is deployed.`),
    ],
    ofResource: ({ type, body }) => [
      ...DEPLOYS_UNREAD.filter(([pattern]) => pattern.test(type)).map(([, what]) => `A ${type} ${what}.`),
      ...[...keysWithin(body)]
        .filter(([key]) => EXPANDED_LATER.test(key))
        .map(([key]) => `${key} is worked out when the template is deployed.`),
    ],
  },
  {
    id: 'scope-unconditional',
    title: 'Whether a resource or a property is there is not decided when it is deployed',
    remedy: 'Decide it where the template is made, or evaluate a template for each case.',
    ofTemplate: none,
    ofResource: ({ body }) => [
      ...(body['Condition'] === undefined
        ? []
        : [
            `It is there only if ${JSON.stringify(body['Condition'])} holds; every rule evaluated it as if it always were.`,
          ]),
      ...[...keysWithin(body.Properties)]
        .filter(([key]) => key === 'Fn::If')
        .map(([, operands]) => `A property has another value if ${firstOperand(operands)} does not hold.`),
    ],
  },
  {
    id: 'scope-no-open-parameter',
    title: 'No value is left to whoever deploys',
    remedy: 'Put the value into the template: what is evaluated has to be what is deployed.',
    ofTemplate: none,
    ofResource: ({ body }, { template }) => {
      const parameters = Object.keys((template['Parameters'] as Record<string, unknown> | undefined) ?? {});
      const open = new Set(parameters.filter((name) => !HARMLESS_PARAMETERS.includes(name)));
      const referred = [...keysWithin(body.Properties)].flatMap(([key, value]) => {
        if (key === 'Ref' && typeof value === 'string') return [value];
        if (key !== 'Fn::Sub') return [];
        return [...firstOperand(value).matchAll(/\$\{([A-Za-z0-9]+)\}/g)].map(([, name]) => name ?? '');
      });
      return [...new Set(referred)]
        .filter((name) => open.has(name))
        .map((name) => `A property takes its value from the parameter ${name}.`);
    },
  },
];
const COVERAGE = {
  id: 'scope-every-resource-evaluated',
  title: 'Every resource was evaluated by a rule',
  remedy: 'Write a check for its kind (compliance/rules/checks).',
};
const SCOPE_RULES: readonly string[] = [...RULES.map(({ id }) => id), COVERAGE.id];

/** Resources that no row of any engine is about: of what a rule does not apply to, nothing is known. */
export function uncoveredResources({ stacks }: Assembly, rows: readonly VerdictRow[]): EvaluatedResource[] {
  const evaluated = new Set(
    rows.flatMap(({ stack, resource, verdict }) =>
      stack === undefined || verdict === 'not-applicable' ? [] : [`${stack} ${resource}`],
    ),
  );
  return stacks
    .flatMap(({ resources }) => resources)
    .filter(({ stack, logicalId }) => !evaluated.has(`${stack} ${logicalId}`));
}

/** To be asked when every engine has evaluated this application; of templates of others the report lists them. */
export function evaluateCoverage(assembly: Assembly, rows: readonly VerdictRow[]): VerdictRow[] {
  const uncovered = uncoveredResources(assembly, rows);
  if (uncovered.length > 0)
    return uncovered.map((resource) => ({
      ...columns(COVERAGE),
      ...resourceColumns(resource),
      verdict: 'non-compliant',
      message: `No rule asks anything of a ${resource.type}.`,
    }));
  const message = `${assembly.stacks.flatMap(({ resources }) => resources).length} resources, each evaluated.`;
  return [{ ...columns(COVERAGE), resource: '(all templates)', verdict: 'compliant', message }];
}

/** What every rule of the scope bears on. */
export const SCOPE_CONTROLS = ['NIST-800-53-R5:CM-3', 'NIST-800-53-R5:CM-6'];

const columns = ({ id, title, remedy }: Pick<ScopeRule, 'id' | 'title' | 'remedy'>) =>
  ({
    engine: 'template-scope',
    rule: id,
    title,
    controls: SCOPE_CONTROLS,
    strength: 'property',
    severity: 'error',
    remedy,
  }) satisfies Partial<VerdictRow>;

/**
 * What the other engines cannot see because it does not stand in the template, or stands there under a condition: they
 * would say nothing, and silence reads as clean. Evaluates any assembly.
 * @param leftOpen - where nothing has to be settled before it is deployed: what could not be worked out, and is therefore
 * not evaluated; what was worked out is no finding then.
 */
export function evaluateScope({ stacks, notRead }: Assembly, leftOpen?: readonly NotRead[]): EngineResult {
  const unread = (leftOpen ?? notRead).map(asRow);
  const rows = stacks.flatMap((stack) =>
    RULES.flatMap((rule): VerdictRow[] => {
      if (leftOpen !== undefined) return settled(rule, stack, unread);
      const ofStack = templateColumns(stack);
      const findings = [
        ...rule.ofTemplate(stack).map((message) => ({ ...columns(rule), ...ofStack, message })),
        ...stack.resources.flatMap((resource) =>
          [...new Set(rule.ofResource(resource, stack))].map((message) => ({
            ...columns(rule),
            ...resourceColumns(resource),
            message,
          })),
        ),
      ].map((row) => ({ ...row, verdict: 'non-compliant' as const }));
      const message = `${stack.resources.length} resources read.`;
      return findings.length > 0
        ? findings
        : [{ ...columns(rule), ...ofStack, verdict: 'compliant', message }];
    }),
  );
  return {
    engine: 'template-scope',
    version: '1',
    rows: [...unread, ...rows],
    rulesRun: [...SCOPE_RULES],
    failures: [],
    notAssessed: [],
  };
}

const RULE_OF: Readonly<Record<NonNullable<NotRead['open']>, string>> = {
  condition: 'scope-unconditional',
  parameter: 'scope-no-open-parameter',
};

function asRow(part: NotRead): VerdictRow {
  const id = part.open === undefined ? 'scope-nothing-unread' : RULE_OF[part.open];
  const rule = RULES.find((each) => each.id === id);
  return { ...notEvaluated('template-scope', part), ...(rule && { ...columns(rule), verdict: 'error' }) };
}

/** The row of a rule on a template in which everything of its kind was worked out; none where something was not. */
function settled(rule: ScopeRule, stack: EvaluatedStack, unread: readonly VerdictRow[]): VerdictRow[] {
  if (unread.some((row) => row.stack === stack.name && row.rule === rule.id)) return [];
  return [
    {
      ...columns(rule),
      ...templateColumns(stack),
      verdict: 'compliant',
      message: `${stack.resources.length} resources read, and what is decided when they are deployed worked out.`,
    },
  ];
}
