import type { ProofRows } from '../proof-rows';
import { evaluate } from './evaluate';
import { IAM_RULES } from './rules';
import { contextFor } from './situations';
import type { Statement } from './statement';
import { FOREIGN_ACCOUNT, mainRegion } from './targets';
import type { Principal, World } from './world';

const filled = (pattern: string): string => pattern.replaceAll('*', 'x').replaceAll('?', 'x');

/** Something of the foreign account's in the service's own form. */
function foreignResource(resource: string, account: string): string {
  if (resource === '*') return '*';
  return resource.startsWith('arn:aws:s3:::')
    ? `arn:aws:s3:::${FOREIGN_ACCOUNT}-bucket/x`
    : filled(resource).replaceAll(account, FOREIGN_ACCOUNT);
}

interface Attempt {
  readonly who: Principal;
  readonly resource: string;
  readonly owner: string;
}

/** What must not pass: anybody but the functions on ours, the functions on what is not ours. */
function attempts(world: World, statement: Statement): Attempt[] {
  const patterns = statement.resources?.items ?? ['*'];
  return world.principals.flatMap((who) =>
    patterns.flatMap((pattern): Attempt[] => {
      const ours = { who, resource: pattern === '*' ? '*' : filled(pattern), owner: world.account };
      const theirs = { who, resource: foreignResource(pattern, world.account), owner: FOREIGN_ACCOUNT };
      if (who.functionArn === undefined) return [ours];
      // An action that knows no resource can be done to nobody else's.
      return pattern === '*' && statement.actions.items.every((action) => action.startsWith('rekognition:'))
        ? []
        : [theirs];
    }),
  );
}

function passes(
  world: World,
  statement: Statement,
  action: string,
  { who, resource, owner }: Attempt,
): boolean {
  const target = { action, resource, region: mainRegion(world.set) };
  const context = contextFor(who.caller, target, owner, 'through our endpoint', 'vpce-ours', {});
  const request = { caller: { ...who.caller }, action, resource, resourceAccount: owner, context };
  const verdict = evaluate(request, { identity: who.identity, resource: [statement], endpoint: [statement] });
  return verdict.missing !== 'endpoint' && verdict.decision !== 'explicit-deny';
}

/**
 * An endpoint's policy by itself, whatever the policies of identities and stores say: it is the perimeter's own gate.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function judgeEndpointPolicies(rows: ProofRows, world: World): void {
  for (const [path, { service, statements }] of world.inventory.endpoints) {
    const resource = world.set.at(path);
    if (!resource) continue;
    rows.guarded(IAM_RULES.endpointClosed, resource, () => {
      const problems = statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) => {
          const [action = '*'] = statement.actions.items;
          const literal = action === '*' ? `${service}:Any` : filled(action);
          const found = attempts(world, statement).find((attempt) =>
            passes(world, statement, literal, attempt),
          );
          return found
            ? [`${statement.sid} lets ${found.who.name} ${literal} on ${found.resource} through`]
            : [];
        });
      rows.judge(
        IAM_RULES.endpointClosed,
        resource,
        problems,
        'it lets through our functions to our resources only',
      );
    });
  }
}
