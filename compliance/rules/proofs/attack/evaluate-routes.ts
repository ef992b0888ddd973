import { FOREIGN_ACCOUNT } from '../iam/targets';
import type { ProofRows } from '../proof-rows';
import { type Ask, type AttackWorld, type Holder, NOTHING_CHANGED } from './attack-world';
import { signedRoutes } from './goals';
import { ATTACK_RULES } from './rules';

/** Somebody of the account whom the organisation's policies do not bind, and one of another account, each with every right. */
const outsiders = (world: AttackWorld): Holder[] =>
  [world.config.account, FOREIGN_ACCOUNT].map((account) => world.administrator(account));

/**
 * Each route that IAM guards is one role's of people. The API's own policy says so by itself: asked where the organisation's
 * policies are not attached, of every role and of administrators, because a grant of a caller's own is enough where a policy
 * is silent.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function evaluateRoutes(rows: ProofRows, world: AttackWorld): void {
  const unbound = { ...NOTHING_CHANGED, aboveOrganization: true };
  for (const { verb, path, arn } of signedRoutes(world)) {
    const ask: Ask = { action: 'execute-api:Invoke', resource: arn };
    const callers = world.holders
      .filter(({ account }) => account === world.config.account)
      .filter((holder) => world.decide(holder, ask, unbound).decision === 'allow')
      .map(({ name }) => name);
    const unrefused = outsiders(world)
      .filter((holder) => world.decide(holder, ask, unbound).decision !== 'explicit-deny')
      .map(({ name }) => `the API’s policy does not refuse it to the ${name}`);
    rows.evaluate(
      ATTACK_RULES.routesOfPeople,
      { resource: `${verb} ${path}`, resourceType: 'route' },
      [...(callers.length === 1 ? [] : [`is called by ${callers.join(', ') || 'nobody'}`]), ...unrefused],
      `is called by the ${callers.join()} alone`,
    );
  }
}
