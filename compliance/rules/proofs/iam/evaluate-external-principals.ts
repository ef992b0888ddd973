import type { ProofRows } from '../proof-rows';
import { callsDecidedByPolicy, routesOf } from './api-routes';
import { evaluate } from './evaluate';
import { exampleActions, exampleResource } from './example';
import { policyHolders, type ResourcePolicy } from './inventory';
import { IAM_RULES } from './rules';
import { ADMINISTRATOR, type Statement } from './statement';
import { externalPrincipalsOf } from './external-principals';
import type { World } from './world';

const serviceOf = (arn: string): string => (arn.startsWith('arn:') ? (arn.split(':')[2] ?? '') : 'logs');

function problemsOf(
  { arn, account, resource: holder, statements }: ResourcePolicy,
  statement: Statement,
  { set }: World,
  own: ReadonlySet<string>,
): string[] {
  const service = serviceOf(arn);
  const actions = exampleActions(statement, service === 'iam' ? 'sts' : service);
  const calls = service === 'execute-api' ? callsDecidedByPolicy(routesOf(set, holder)) : undefined;
  return externalPrincipalsOf(statement, own).flatMap(({ caller, name, context }) => {
    const asked = calls?.(caller.kind) ?? [exampleResource(statement, arn)];
    const action = actions.find((candidate) =>
      asked.some((resource) => {
        const request = { caller, action: candidate, resource, resourceAccount: account, context };
        return (
          evaluate(request, { identity: ADMINISTRATOR, resource: statements, resourcePolicyRules: true })
            .decision === 'allow'
        );
      }),
    );
    return action === undefined ? [] : [`${name} may ${action} by ${statement.sid}`];
  });
}

/**
 * Every statement of every resource and trust policy by itself: whom outside the system does it let in?
 * @param own the accounts of the system.
 */
export function evaluateExternalPrincipals(rows: ProofRows, world: World, own: ReadonlySet<string>): void {
  for (const holder of policyHolders(world.inventory)) {
    const { resource, statements } = holder;
    rows.guarded(IAM_RULES.noForeigner, resource, () => {
      const problems = statements.flatMap((statement) => problemsOf(holder, statement, world, own));
      rows.evaluate(
        IAM_RULES.noForeigner,
        resource,
        [...new Set(problems)],
        'its statements let nobody of another account in',
      );
    });
  }
}
