import { PolicyError } from '../iam/errors';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { StackTemplate } from '../model/template';
import type { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import type { EngineResult } from '../../verdict-row';
import { API_SETTINGS } from './api-settings';
import { ENCRYPTION_SETTINGS } from './encryption-settings';
import type { ExposureRule, Finding } from './finding';
import { HANDED_OVER } from './handed-over';
import { judgeHolder } from './judge-holders';
import { judgePolicy } from './judge-policies';
import { judgeTrust } from './judge-trust';
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
  ...HANDED_OVER,
  ...NETWORK_SETTINGS,
  ...API_SETTINGS,
  ...TRANSPORT_SETTINGS,
  ...ENCRYPTION_SETTINGS,
  ...LOGGING_SETTINGS,
];

/** What is wrong with one resource in one of the ways in which the template may be deployed. */
interface Judged {
  readonly findings: readonly Finding[];
  /** Rules that looked at it. */
  readonly asked: ReadonlySet<ExposureRule>;
  /** What could not be read. */
  readonly unread: readonly string[];
}

type Part = readonly [rules: readonly ExposureRule[], judge: () => Finding[]];

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
  const policies = (): Finding[] => policiesOn(set, resource).flatMap((policy) => judgePolicy(policy, own));
  return [
    [ON_RESOURCE, policies],
    [resource.type === 'AWS::IAM::Role' ? TRUST : [], () => judgeTrust(resource, own)],
    [resource.type.startsWith('AWS::IAM::') ? HOLDER : [], () => judgeHolder(set, resource)],
    ...settings.map(({ rule, judge }): Part => [
      [rule],
      () => judge(resource, set, own).map((message) => ({ rule, resource, message })),
    ]),
  ];
}

function judgeResource(set: TemplateSet, resource: Resource, own: ReadonlySet<string>): Judged {
  const findings: Finding[] = [];
  const asked = new Set<ExposureRule>();
  const unread: string[] = [];
  const attempt = (judge: () => void): void => {
    try {
      judge();
    } catch (error) {
      if (!(error instanceof ModelError) && !(error instanceof PolicyError)) throw error;
      unread.push(error.message);
    }
  };
  for (const [rules, judge] of partsOf(set, resource, own))
    attempt(() => {
      findings.push(...judge());
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

function tell(rows: ProofRows, resource: Resource, judged: readonly Judged[]): void {
  const messages = new Map<ExposureRule, Set<string>>();
  for (const { rule, message } of judged.flatMap(({ findings }) => findings))
    messages.set(rule, (messages.get(rule) ?? new Set()).add(message));
  const asked = new Set(judged.flatMap((each) => [...each.asked]));
  for (const rule of [...new Set([...asked, ...messages.keys()])])
    rows.judge(EXPOSURE_RULES[rule], resource, [...(messages.get(rule) ?? [])], 'nothing of the kind');
  const unread = [...new Set(judged.flatMap((each) => each.unread))];
  if (unread.length > 0) rows.add(EXPOSURE_RULES.readable, resource, 'error', unread.join('; '));
}

function judgeSecrets(
  rows: ProofRows,
  resources: readonly Resource[],
  templates: readonly StackTemplate[],
): void {
  const rule = EXPOSURE_RULES.literalSecret;
  const stores = storesOf(templates);
  for (const stack of templates) {
    const ofStack = { resource: `${stack.stackName} (parameters)`, resourceType: 'template' };
    rows.judge(rule, ofStack, secretDefaults(stack), 'no default is a secret');
    for (const resource of resources.filter(({ stackName }) => stackName === stack.stackName))
      rows.judge(rule, resource, secretsOf(resource, stack, stores), 'nothing of the kind');
  }
}

/**
 * Whom outside the templates' accounts they let do what, what rights they hand out, and what they give away, by meaning:
 * policies are put to the same evaluator as ours, settings are read for what AWS makes of them. It knows nothing of the
 * templates beforehand, and takes what they leave open as unknown: both branches of a condition are judged.
 * @param own accounts that are at home, besides those of the templates.
 */
export function proveExposure(
  templates: readonly StackTemplate[],
  own: readonly string[] = [],
): EngineResult {
  const rows = new ProofRows('proof-exposure');
  const judged = templates.filter(({ context }) => context !== true);
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
          versions.map(([set, each]) => judgeResource(set, each, home)),
        );
    }
    const read = { resource: 'all templates', resourceType: 'template' };
    rows.add(EXPOSURE_RULES.readable, read, 'compliant', `${first?.resources().length ?? 0} resources read`);
    judgeSecrets(rows, first?.resources() ?? [], judged);
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
