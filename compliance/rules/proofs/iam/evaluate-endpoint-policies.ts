import type { ProofRows } from '../proof-rows';
import { evaluate } from './evaluate';
import { accountsNamed, exampleActions, filled } from './example';
import type { Caller } from './request';
import { IAM_RULES } from './rules';
import { contextFor } from './situations';
import { ADMINISTRATOR, type Statement } from './statement';
import { externalPrincipalsOf } from './external-principals';
import { FOREIGN_ACCOUNT, regionOfFunctions } from './targets';
import type { Principal, World } from './world';

/** Something of another account's in the service's own form. */
function foreignResource(resource: string, account: string, owner: string): string {
  if (resource === '*') return '*';
  return resource.startsWith('arn:aws:s3:::')
    ? `arn:aws:s3:::${owner}-bucket/x`
    : filled(resource).replaceAll(account, owner);
}

interface Attempt {
  readonly who: Pick<Principal, 'identity' | 'name'> & {
    readonly caller: Caller;
    /** What the request carries besides what every request through the endpoint does. */
    readonly context: ReadonlyMap<string, readonly string[]> | undefined;
  };
  readonly resource: string;
  readonly owner: string;
}

/** What must not pass: anybody but the functions on ours, the functions on what is not ours. */
function attempts(world: World, statement: Statement): Attempt[] {
  // By exclusion it lets through whatever it does not name, which is asked about as it stands.
  const patterns = statement.resources?.not ? ['*'] : (statement.resources?.items ?? ['*']);
  const others = [FOREIGN_ACCOUNT, ...accountsNamed(statement)].filter((id) => id !== world.account);
  const knowsNoResource =
    !statement.actions.not && statement.actions.items.every((action) => action.startsWith('rekognition:'));
  const people = world.principals.map(({ caller, identity, functionArn, name }) => ({
    who: { caller, identity, name, context: undefined },
    isFunction: functionArn !== undefined,
  }));
  const strangers = externalPrincipalsOf(statement, new Set(world.set.accounts))
    .filter(({ caller }) => caller.kind === 'role')
    .map(({ caller, name, context }) => ({
      who: { caller, identity: ADMINISTRATOR, name, context },
      isFunction: false,
    }));
  return [...people, ...strangers].flatMap(({ who, isFunction }) =>
    patterns.flatMap((pattern): Attempt[] => {
      const ours = { who, resource: pattern === '*' ? '*' : filled(pattern), owner: world.account };
      if (!isFunction) return [ours];
      // An action that knows no resource can be done to nobody else's.
      if (pattern === '*' && knowsNoResource) return [];
      return others.map((owner) => ({
        who,
        resource: foreignResource(pattern, world.account, owner),
        owner,
      }));
    }),
  );
}

function passes(
  world: World,
  statement: Statement,
  action: string,
  { who, resource, owner }: Attempt,
): boolean {
  const target = { action, resource, region: regionOfFunctions(world.set) };
  const { caller } = who;
  const context =
    caller.kind === 'role'
      ? contextFor(caller, target, owner, 'through our endpoint', 'vpce-ours', {})
      : new Map<string, readonly string[]>();
  for (const [key, values] of who.context ?? []) context.set(key, values);
  const request = { caller, action, resource, resourceAccount: owner, context };
  const result = evaluate(request, { identity: who.identity, resource: [statement], endpoint: [statement] });
  return result.missing !== 'endpoint' && result.decision !== 'explicit-deny';
}

/**
 * An endpoint's policy by itself, whatever the policies of identities and stores say: it is the perimeter's own gate.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function evaluateEndpointPolicies(rows: ProofRows, world: World): void {
  for (const [path, { service, statements }] of world.inventory.endpoints) {
    const resource = world.set.at(path);
    if (!resource) continue;
    rows.guarded(IAM_RULES.endpointClosed, resource, () => {
      const problems = statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) => {
          const prefix = service.replace(/^sync-/, '');
          const [action = ''] = exampleActions(statement, prefix);
          const found = attempts(world, statement).find((attempt) =>
            passes(world, statement, action, attempt),
          );
          return found
            ? [`${statement.sid} lets ${found.who.name} ${action} on ${found.resource} through`]
            : [];
        });
      rows.evaluate(
        IAM_RULES.endpointClosed,
        resource,
        problems,
        'it lets through our functions to our resources only',
      );
    });
  }
}
