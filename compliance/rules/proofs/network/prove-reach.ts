import type { EngineResult } from '../../../verdict-row';
import { possibleWorlds } from '../exposure/read-templates';
import type { StackTemplate } from '../model/template';
import type { TemplateSet } from '../model/template-set';
import { type ProofRule, ProofRows } from '../proof-rows';
import { describe, excess, looseEgress, missing } from './evaluate-functions';
import { type NetworkFunction, readNetworkModel } from './network-model';
import { Reachability } from './reachability';
import { NETWORK_RULES } from './rules';

/** The services that the code of functions calls, by logical id or name of the function: `{ Orders: [dynamodb, sqs] }`. */
export type CalledServices = Readonly<Record<string, readonly string[]>>;

/** What one function in a VPC comes to in one of the ways in which the templates may be deployed. */
interface Evaluated {
  readonly rule: ProofRule;
  readonly problems: readonly string[];
  readonly good: string;
}

function evaluateOne(
  fn: NetworkFunction,
  model: ReturnType<typeof readNetworkModel>,
  called: CalledServices,
): Evaluated[] {
  const reach = new Reachability(model, 'possible').of(fn);
  const services = called[fn.resource.logicalId] ?? called[fn.name];
  const told = reach.map(describe).join('; ') || 'nothing';
  return [
    { rule: NETWORK_RULES.egressLimited, problems: looseEgress(reach), good: `it can reach ${told}` },
    ...(services === undefined
      ? []
      : [
          {
            rule: NETWORK_RULES.onlyDeclared,
            problems: excess(reach, services),
            good: `it can reach ${told}`,
          },
          {
            rule: NETWORK_RULES.reachesNeeded,
            problems: missing(model, fn, services),
            good: `from every subnet: ${services.join(', ')}`,
          },
        ]),
  ];
}

const inVpc = ({ subnets, groups }: NetworkFunction): boolean => subnets.length + groups.length > 0;

/**
 * What functions in a VPC can reach, of templates of which nothing is known beforehand: the internet by more than HTTPS is
 * a finding; against what their code calls it is evaluated where the profile says what that is. What the model cannot read
 * is an error row.
 */
export function proveReach(templates: readonly StackTemplate[], called: CalledServices): EngineResult {
  const engine = 'proof-network' as const;
  const result = { engine, version: '1', rows: [], rulesRun: [], failures: [], notAssessed: [] };
  const none = { ...result, notAssessed: [`${engine}: no function of these templates runs in a VPC.`] };
  const rulesRun = Object.values(NETWORK_RULES).map(({ id }) => id);
  const rows = new ProofRows(engine);
  let worlds: TemplateSet[] = [];
  rows.guarded(NETWORK_RULES.modelled, { resource: 'all templates', resourceType: 'template' }, () => {
    worlds = possibleWorlds(templates);
  });
  if (rows.rows.length > 0) return { ...result, rows: [...rows.rows], rulesRun };
  const placed = worlds.flatMap((set) =>
    set.resources('AWS::Lambda::Function').filter((resource) => resource.has('VpcConfig')),
  );
  if (placed.length === 0) return none;
  const found = new Map<
    string,
    { fn: NetworkFunction; rule: ProofRule; good: string; problems: Set<string> }
  >();
  const unread = new Set<string>();
  for (const set of worlds) {
    rows.guarded(NETWORK_RULES.modelled, { resource: 'network model', resourceType: 'path' }, () => {
      const model = readNetworkModel(set);
      for (const fn of model.functions.filter(inVpc))
        rows.guarded(NETWORK_RULES.modelled, fn.resource, () => {
          for (const { rule, problems, good } of evaluateOne(fn, model, called)) {
            const key = `${fn.path} ${rule.id}`;
            const before = found.get(key) ?? { fn, rule, good, problems: new Set<string>() };
            problems.forEach((problem) => before.problems.add(problem));
            found.set(key, before);
          }
        });
    });
  }
  for (const { fn, rule, good, problems } of found.values())
    rows.evaluate(rule, fn.resource, [...problems], good);
  const once = rows.rows.filter(({ verdict, resource, message }) => {
    const key = `${resource} ${message}`;
    if (verdict !== 'error') return true;
    if (unread.has(key)) return false;
    unread.add(key);
    return true;
  });
  return once.length === 0 ? none : { ...result, rows: once, rulesRun };
}
