import { isDeepStrictEqual } from 'node:util';
import type { EvaluatedStack } from '../assembly/model';
import { sha256 } from '../report/sha256';
import type { VerdictRow } from '../verdict-row';
import { parsed } from './compare';
import { CHANGE } from './controls';
import { DEPLOYED } from './engine';
import type { ReasonedVerdict } from './evaluate-resources';
import type { DeployedStack, StackDrift } from './stacks';

type Observed = NonNullable<VerdictRow['observed']>;

interface StackRule {
  readonly rule: string;
  readonly title: string;
  readonly controls: readonly string[];
}

const rule = (id: string, title: string): StackRule => ({ rule: id, title, controls: CHANGE });

export const STACK_RULES = {
  deployed: rule('stack-deployed', 'The evaluated stack is in the account, whole and protected.'),
  template: rule('stack-template', 'The template in the account is the evaluated one.'),
  resources: rule('stack-resources', 'The stack has the evaluated resources.'),
  drift: rule('stack-drift', 'CloudFormation finds every resource as its template says.'),
  unevaluated: rule('stack-unevaluated', 'No stack of this system is in the account but the evaluated ones.'),
  readable: rule('templates-readable', 'What the template says of a resource can be told for this account.'),
} as const satisfies Record<string, StackRule>;

/** A row about a stack, or about one of its resources. */
export function stackRow(
  { rule, title, controls }: StackRule,
  stack: string,
  observed: Observed,
  verdict: ReasonedVerdict,
  resource?: { readonly id: string; readonly type: string },
): VerdictRow {
  return {
    engine: DEPLOYED,
    rule,
    title,
    stack,
    resource: resource?.id ?? stack,
    resourceType: resource?.type ?? 'AWS::CloudFormation::Stack',
    controls: [...controls],
    strength: 'property',
    severity: 'error',
    observed,
    ...verdict,
  };
}

const pass = (message: string): ReasonedVerdict => ({ verdict: 'compliant', message });
const fail = (message: string, remedy: string): ReasonedVerdict => ({
  verdict: 'non-compliant',
  message,
  remedy,
});

const DEPLOY_AGAIN = 'Deploy the evaluated release again, or evaluate the one that is deployed.';

const WHOLE = /^(CREATE|UPDATE|IMPORT)_COMPLETE$/;
/** The release before it runs, as a whole. */
const TAKEN_BACK = /^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$/;

function ofState(evaluated: EvaluatedStack, { stack }: DeployedStack): ReasonedVerdict {
  const { StackStatus = 'UNKNOWN', EnableTerminationProtection = false } = stack;
  const problems = [
    ...(WHOLE.test(StackStatus)
      ? []
      : [
          TAKEN_BACK.test(StackStatus)
            ? `its last release was taken back (${StackStatus})`
            : `it is in the state ${StackStatus}`,
        ]),
    ...(evaluated.terminationProtection === true && !EnableTerminationProtection
      ? ['it is not protected from being deleted, and is to be']
      : []),
  ];
  return problems.length === 0
    ? pass(
        `${StackStatus}; ${EnableTerminationProtection ? '' : 'not '}protected from deletion, as it is to be`,
      )
    : fail(problems.join('; '), DEPLOY_AGAIN);
}

const MOST_NAMED = 12;
const named = (what: string, names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [
        `${what}: ${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}`,
      ];

type Resources = Readonly<Record<string, unknown>>;
const resourcesOf = (template: unknown): Resources =>
  (template as { Resources?: Resources } | undefined)?.Resources ?? {};

/** In what two templates differ, by their resources. */
function templateDifference(evaluated: unknown, deployed: unknown): string {
  const [before, after] = [resourcesOf(evaluated), resourcesOf(deployed)];
  const gone = Object.keys(before).filter((id) => !(id in after));
  const added = Object.keys(after).filter((id) => !(id in before));
  const changed = Object.keys(before).filter(
    (id) => id in after && !isDeepStrictEqual(before[id], after[id]),
  );
  const parts = [
    ...named('only evaluated', gone),
    ...named('only deployed', added),
    ...named('different', changed),
  ];
  return parts.length === 0
    ? 'what stands beside the resources differs (parameters, outputs, rules)'
    : parts.join('; ');
}

/** @param text - of the evaluated template, as it stands in the assembly. */
function ofTemplate(text: string, { template }: DeployedStack): ReasonedVerdict {
  const [evaluated, deployed] = [sha256(text), sha256(template)];
  if (evaluated === deployed) return pass(`SHA-256 ${evaluated}`);
  const [before, after] = [parsed(text), parsed(template)];
  return isDeepStrictEqual(before, after)
    ? pass(`the same content; SHA-256 evaluated ${evaluated}, as CloudFormation gives it back ${deployed}`)
    : fail(
        `SHA-256 evaluated ${evaluated}, deployed ${deployed}: ${templateDifference(before, after)}`,
        DEPLOY_AGAIN,
      );
}

function ofResources(evaluated: EvaluatedStack, { resources }: DeployedStack): ReasonedVerdict {
  const there = new Set(resources.map(({ logicalId }) => logicalId));
  const missing = evaluated.resources
    .filter(({ logicalId }) => !there.has(logicalId))
    .map(({ logicalId }) => logicalId);
  const extra = [...there].filter((id) => !evaluated.resources.some(({ logicalId }) => logicalId === id));
  const problems = [...named('missing', missing), ...named('not evaluated', extra)];
  return problems.length === 0
    ? pass(`${there.size} resources, all of them evaluated`)
    : fail(problems.join('; '), DEPLOY_AGAIN);
}

/** State, template and resources of an evaluated stack. */
export function evaluateStack(
  evaluated: EvaluatedStack,
  text: string,
  deployed: DeployedStack | undefined,
  observed: Observed,
): VerdictRow[] {
  const row = (rule: StackRule, verdict: ReasonedVerdict) =>
    stackRow(rule, evaluated.name, observed, verdict);
  if (deployed === undefined)
    return [row(STACK_RULES.deployed, fail('There is no such stack in the account.', DEPLOY_AGAIN))];
  return [
    row(STACK_RULES.deployed, ofState(evaluated, deployed)),
    row(STACK_RULES.template, ofTemplate(text, deployed)),
    row(STACK_RULES.resources, ofResources(evaluated, deployed)),
  ];
}

const DRIFTED = new Set(['MODIFIED', 'DELETED']);

/** What CloudFormation's own comparison says: a row for each resource that drifted, one for the rest. */
export function evaluateDrift(stack: string, drift: StackDrift, observed: Observed): VerdictRow[] {
  const drifted = drift.resources.filter(({ StackResourceDriftStatus = '' }) =>
    DRIFTED.has(StackResourceDriftStatus),
  );
  const inSync = drift.resources.filter(
    ({ StackResourceDriftStatus }) => StackResourceDriftStatus === 'IN_SYNC',
  );
  const row = (verdict: ReasonedVerdict, resource?: { id: string; type: string }) =>
    stackRow(STACK_RULES.drift, stack, observed, verdict, resource);
  const rows = drifted.map(
    ({ LogicalResourceId = '', ResourceType = '', StackResourceDriftStatus, PropertyDifferences = [] }) =>
      row(
        fail(
          StackResourceDriftStatus === 'DELETED'
            ? 'It was deleted.'
            : PropertyDifferences.map(
                ({ PropertyPath = '', ExpectedValue = 'nothing', ActualValue = 'nothing' }) =>
                  `${PropertyPath.replace(/^\//, '').replaceAll('/', '.')}: template ${ExpectedValue}, in the account ${ActualValue}`,
              ).join('; '),
          'Find in CloudTrail who changed it; deploy the release again to undo it.',
        ),
        { id: LogicalResourceId, type: ResourceType },
      ),
  );
  if (drift.status !== 'IN_SYNC' && drift.status !== 'DRIFTED')
    return [
      ...rows,
      row({
        verdict: 'error',
        message: `Could not ask: CloudFormation could not compare the stack (${drift.status}): ${drift.reason ?? 'no reason given'}`,
        remedy: 'Run it again; its detection asks with the permissions of whoever runs this.',
      }),
    ];
  return [...rows, row(pass(`${inSync.length} resources as their template says`))];
}
