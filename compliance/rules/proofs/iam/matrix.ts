import { stageFree } from '../function-names';
import type { ReviewedResult } from '../reviewed-file';
import type { EvaluationResult } from './evaluate';
import { policiesOf } from './inventory';
import { canArise, endpointOf, KEY_SERVICES, type Situation, SITUATIONS } from './situations';
import { policyId } from './statement';
import type { Target } from './targets';
import type { Principal, World } from './world';

/** One cell of the closed world: somebody asks for something in some way. */
export interface Cell {
  readonly who: Principal;
  readonly target: Target;
  /** The situation, or the service through which a key is used. */
  readonly way: string;
  readonly situation: Situation;
  readonly allowed: boolean;
  /** Deciding statements, as `STACK/LOGICAL-ID#Sid`. */
  readonly by: readonly string[];
  readonly missing: EvaluationResult['missing'];
}

type Way = readonly [way: string, situation: Situation, extra: Record<string, string | undefined>];

const keyWays = (world: World, who: Principal, target: Target): Way[] => [
  ['directly', 'from outside', { 'kms:GrantIsForAWSResource': 'false' }],
  ...KEY_SERVICES.map((service): Way => {
    const [machine] = world.set.resources('AWS::StepFunctions::StateMachine');
    return [
      `through ${service}`,
      'on behalf by a service',
      {
        'kms:ViaService': `${service}.${target.region}.amazonaws.com`,
        'kms:GrantIsForAWSResource': 'true',
        ...(service === 'lambda' ? { 'kms:EncryptionContext:aws:lambda:FunctionArn': who.functionArn } : {}),
        ...(service === 'states' && machine
          ? { 'kms:EncryptionContext:aws:states:stateMachineArn': world.set.arnOf(machine) }
          : {}),
      },
    ];
  }),
];

function waysOf(world: World, who: Principal, target: Target): Way[] {
  if (target.action.startsWith('kms:')) return keyWays(world, who, target);
  const passed = target.action === 'iam:PassRole' ? { 'iam:PassedToService': 'lambda.amazonaws.com' } : {};
  return SITUATIONS.filter((situation) => canArise(world.inventory, situation, target)).map((situation) => [
    situation,
    situation,
    passed,
  ]);
}

const sidOf = (origin: string): string => origin.slice(origin.indexOf('#') + 1);

const MOST_REMEMBERED = 1_000_000;
const asked = new Map<number, readonly Cell[]>();
const numbers = new Map<string, number>();
/** More questions than there will ever be principals or targets, so that two numbers make one. */
const STRIDE = 2 ** 26;

/** A number that stands for a text: the same text, the same number. */
function numberOf(text: string): number {
  const number = numbers.get(text) ?? numbers.size + 1;
  numbers.set(text, number);
  return number;
}

/** Everything of a principal on which an answer depends. */
const principalNumber = ({ name, caller, identity, boundary, functionArn }: Principal): number =>
  numberOf(
    ['principal', name, caller.arn, caller.account, policyId(identity), policyId(boundary), functionArn].join(
      ' ',
    ),
  );

/** Everything of a target, and of the policies before it, on which an answer depends. */
function targetNumber(world: World, target: Target): number {
  const { inventory, set, account, organization } = world;
  const { action, resource, region, context = {} } = target;
  const endpoint = endpointOf(inventory, action);
  const [machine] = set.resources('AWS::StepFunctions::StateMachine');
  return numberOf(
    [
      'target',
      action,
      resource,
      region,
      ...Object.entries(context).flat(),
      account,
      organization,
      policyId(policiesOf(inventory, resource)),
      endpoint?.id,
      policyId(endpoint?.statements),
      action.startsWith('kms:') && machine ? set.arnOf(machine) : '',
    ].join(' '),
  );
}

/**
 * Asks everything of everybody. What was asked before under the same policies, of the same principal and about the same
 * target, is not asked again: a mistake in one policy changes the answers of those whom it bears on.
 */
export function evaluateAllCells(world: World, targets: readonly Target[]): Cell[] {
  const numbered = targets.map((target) => ({ target, number: targetNumber(world, target) }));
  return world.principals.flatMap((who) => {
    const ofPrincipal = principalNumber(who) * STRIDE;
    return numbered.flatMap(({ target, number }) => {
      let cells = asked.get(ofPrincipal + number);
      if (!cells) {
        cells = askOne(world, who, target);
        if (asked.size >= MOST_REMEMBERED) asked.clear();
        asked.set(ofPrincipal + number, cells);
      }
      return cells;
    });
  });
}

const askOne = (world: World, who: Principal, target: Target): readonly Cell[] =>
  waysOf(world, who, target).map(([way, situation, extra]): Cell => {
    const { decision, by, missing } = world.decide(who, target, situation, extra);
    return { who, target, way, situation, allowed: decision === 'allow', by, missing };
  });

/** One line per principal, action and resource that is allowed in any way; what no line names is refused. */
export function summariseMatrix(
  cells: readonly Cell[],
  application: string,
  account: string,
): ReviewedResult {
  const lines = new Map<string, { ways: Set<string>; by: Set<string> }>();
  for (const { who, target, way, allowed, by } of cells) {
    if (!allowed) continue;
    const key = `${who.name} · ${target.action} · ${stageFree(target.resource, account)}`;
    const line = lines.get(key) ?? { ways: new Set(), by: new Set() };
    line.ways.add(way);
    by.forEach((origin) => line.by.add(sidOf(origin)));
    lines.set(key, line);
  }
  const allowed = [...lines].map(
    ([key, { ways, by }]) => `${key} · ${[...ways].join(', ')} ← ${[...by].sort().join(', ')}`,
  );
  const result = {
    note: 'Generated by the IAM proof; accepted by `npm run compliance -- accept-proofs`. A closed world: of everything that was asked, only what stands here is allowed. Not authoritative; limits in ARCHITECTURE.md.',
    allowed: allowed.sort(),
  };
  return {
    title: 'Allowed access',
    file: `compliance/rules/proofs/reviewed/iam-matrix.${application}.json`,
    content: `${JSON.stringify(result, null, 2)}\n`,
  };
}
