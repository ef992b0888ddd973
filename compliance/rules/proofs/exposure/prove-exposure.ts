import { PolicyError } from '../iam/errors';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { StackTemplate } from '../model/template';
import type { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import type { EngineResult } from '../../../verdict-row';
import { API_SETTINGS } from './api-settings';
import { ENCRYPTION_SETTINGS } from './encryption-settings';
import type { ExposureRule, Finding } from './finding';
import { SHARED_WITH_ACCOUNTS } from './shared-with-accounts';
import { evaluateHolder } from './evaluate-holders';
import { evaluatePolicy } from './evaluate-policies';
import { evaluateTrust } from './evaluate-trust';
import { secretDefaults, secretsOf, storesOf } from './literal-secrets';
import { LOGGING_SETTINGS } from './logging-settings';
import { NETWORK_SETTINGS } from './network-settings';
import { policiesOn, trustOf } from './policies-of';
import { PUBLIC_SETTINGS } from './public-settings';
import { possibleWorlds } from './read-templates';
import { EXPOSURE_RULES } from './rules';
import type { Setting } from './setting';
import { TRANSPORT_SETTINGS } from './transport-settings';
import { unknownGrants } from './unknown-values';

const SETTINGS: readonly Setting[] = [
  ...PUBLIC_SETTINGS,
  ...SHARED_WITH_ACCOUNTS,
  ...NETWORK_SETTINGS,
  ...API_SETTINGS,
  ...TRANSPORT_SETTINGS,
  ...ENCRYPTION_SETTINGS,
  ...LOGGING_SETTINGS,
];

/** What is wrong with one resource in one of the ways in which the template may be deployed. */
interface Evaluated {
  readonly findings: readonly Finding[];
  /** Rules that looked at it. */
  readonly asked: ReadonlySet<ExposureRule>;
  /** What could not be read. */
  readonly unread: readonly string[];
}

/** `evaluate` answers nothing at all where there is nothing that the rules ask about: a pass would be none there. */
type Part = readonly [rules: readonly ExposureRule[], evaluate: () => Finding[] | undefined];

const ON_RESOURCE: readonly ExposureRule[] = [
  'publicAccess',
  'foreignAccount',
  'notPrincipal',
  'notAction',
  'notResource',
  'policyWildcard',
  'deputy',
];
const TRUST: readonly ExposureRule[] = [
  'trustPublic',
  'trustAccount',
  'trustSubject',
  'notPrincipal',
  'notAction',
  'wildcardAction',
];
const HOLDER: readonly ExposureRule[] = [
  'administrator',
  'wildcardAction',
  'wildcardResource',
  'escalation',
  'passRole',
  'notAction',
  'notResource',
  'userPolicy',
];

function partsOf(set: TemplateSet, resource: Resource, own: ReadonlySet<string>): Part[] {
  const settings = SETTINGS.filter(({ types }) => types.includes(resource.type));
  const policies = (): Finding[] | undefined => {
    const found = policiesOn(set, resource);
    return found.length === 0 ? undefined : found.flatMap((policy) => evaluatePolicy(policy, own));
  };
  return [
    [ON_RESOURCE, policies],
    [resource.type === 'AWS::IAM::Role' ? TRUST : [], () => evaluateTrust(resource, own)],
    [resource.type.startsWith('AWS::IAM::') ? HOLDER : [], () => evaluateHolder(set, resource)],
    ...settings.map(({ rule, evaluate }): Part => [
      [rule],
      () => evaluate(resource, set, own).map((message) => ({ rule, resource, message })),
    ]),
  ];
}

function evaluateResource(set: TemplateSet, resource: Resource, own: ReadonlySet<string>): Evaluated {
  const findings: Finding[] = [];
  const asked = new Set<ExposureRule>();
  const unread: string[] = [];
  const attempt = (evaluate: () => void): void => {
    try {
      evaluate();
    } catch (error) {
      if (!(error instanceof ModelError) && !(error instanceof PolicyError)) throw error;
      unread.push(error.message);
    }
  };
  for (const [rules, evaluate] of partsOf(set, resource, own))
    attempt(() => {
      const found = evaluate();
      if (found === undefined) return;
      findings.push(...found);
      rules.forEach((rule) => asked.add(rule));
    });
  attempt(() => {
    const statements = [
      ...policiesOn(set, resource).flatMap((policy) => policy.statements),
      ...trustOf(resource),
    ];
    unread.push(...unknownGrants(set, resource, statements));
  });
  return { findings, asked, unread };
}

function tell(rows: ProofRows, resource: Resource, evaluated: readonly Evaluated[]): void {
  const messages = new Map<ExposureRule, Set<string>>();
  for (const { rule, message } of evaluated.flatMap(({ findings }) => findings))
    messages.set(rule, (messages.get(rule) ?? new Set()).add(message));
  const asked = new Set(evaluated.flatMap((each) => [...each.asked]));
  for (const rule of [...new Set([...asked, ...messages.keys()])])
    rows.evaluate(
      EXPOSURE_RULES[rule],
      resource,
      [...(messages.get(rule) ?? [])],
      'looked for and not found',
    );
  const unread = [...new Set(evaluated.flatMap((each) => each.unread))];
  if (unread.length > 0) rows.add(EXPOSURE_RULES.readable, resource, 'error', unread.join('; '));
}

function evaluateSecrets(
  rows: ProofRows,
  resources: readonly Resource[],
  templates: readonly StackTemplate[],
): void {
  const rule = EXPOSURE_RULES.literalSecret;
  const stores = storesOf(templates);
  for (const stack of templates) {
    const ofStack = { resource: `${stack.stackName} (parameters)`, resourceType: 'template' };
    rows.evaluate(rule, ofStack, secretDefaults(stack), 'no default is a secret');
    for (const resource of resources.filter(({ stackName }) => stackName === stack.stackName))
      rows.evaluate(rule, resource, secretsOf(resource, stack, stores), 'looked for and not found');
  }
}

/**
 * Whom outside the templates' accounts they let do what, what rights they hand out, and what they give away, by meaning:
 * policies are put to the same evaluator as ours, settings are read for what AWS makes of them. It knows nothing of the
 * templates beforehand, and takes what they leave open as unknown: both branches of a condition are evaluated.
 * @param own accounts that are at home, besides those of the templates.
 */
export function proveExposure(
  templates: readonly StackTemplate[],
  own: readonly string[] = [],
): EngineResult {
  const rows = new ProofRows('proof-exposure');
  const evaluated = templates.filter(({ context }) => context !== true);
  try {
    const worlds = possibleWorlds(templates);
    const home = new Set([...own, ...templates.map(({ account }) => account)]);
    const [first] = worlds;
    for (const { path } of first?.resources() ?? []) {
      const versions = worlds.flatMap((set) => {
        const resource = set.at(path);
        return resource === undefined ? [] : [[set, resource] as const];
      });
      const [, resource] = versions[0] ?? [];
      if (resource !== undefined)
        tell(
          rows,
          resource,
          versions.map(([set, each]) => evaluateResource(set, each, home)),
        );
    }
    const read = { resource: 'all templates', resourceType: 'template' };
    rows.add(EXPOSURE_RULES.readable, read, 'compliant', `${first?.resources().length ?? 0} resources read`);
    evaluateSecrets(rows, first?.resources() ?? [], evaluated);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    rows.add(
      EXPOSURE_RULES.readable,
      { resource: error.where, resourceType: 'template' },
      'error',
      error.message,
    );
  }
  return {
    engine: 'proof-exposure',
    version: '1',
    rows: rows.rows,
    rulesRun: Object.values(EXPOSURE_RULES).map(({ id }) => id),
    failures: [],
    notAssessed: [],
  };
}
