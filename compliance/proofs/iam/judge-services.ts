import type { ProofRows } from '../proof-rows';
import { evaluate } from './evaluate';
import type { PolicyInventory } from './inventory';
import { contextOf, type Request } from './request';
import { IAM_RULES } from './rules';
import { edgeWithoutSource } from './services-without-source';
import type { Condition, Statement } from './statement';
import { FOREIGN_ACCOUNT } from './targets';
import type { World } from './world';

const filled = (pattern: string): string => pattern.replaceAll('*', 'x').replaceAll('?', 'x');

/** A value that makes the condition true, where a value can. */
const witness = ({ operator, values }: Condition): string | undefined =>
  operator.operator === undefined || operator.operator.negated ? undefined : filled(values[0] ?? '');

/** The same source as another account would have it. */
export const foreign = (value: string, account: string): string => {
  const replaced = value.replaceAll(account, FOREIGN_ACCOUNT);
  if (replaced !== value) return replaced;
  return value.startsWith('arn:aws:s3:::') ? `arn:aws:s3:::${FOREIGN_ACCOUNT}-bucket` : value;
};

function requestOf(
  statement: Statement,
  service: string,
  arn: string,
  account: string,
  confused: boolean,
): Request {
  const own = Object.fromEntries(
    statement.conditions.map((condition) => [condition.key, witness(condition)]),
  );
  const source: Record<string, string | undefined> = { 'aws:sourceaccount': account, ...own };
  const context = Object.fromEntries(
    Object.entries(source).map(([key, value]) => [
      key,
      confused && value !== undefined ? foreign(value, account) : value,
    ]),
  );
  const resource = filled(statement.resources?.items.find((item) => item !== '*') ?? arn);
  return {
    caller: { kind: 'service', service },
    action: filled(statement.actions.items[0] ?? ''),
    resource,
    resourceAccount: account,
    context: contextOf({
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': service,
      'aws:SecureTransport': 'true',
      'aws:ResourceAccount': account,
      's3:TlsVersion': '1.3',
      ...context,
    }),
  };
}

const serviceGrants = (statements: readonly Statement[]): (readonly [Statement, string])[] =>
  statements.flatMap((statement) => {
    const items = statement.principals?.items;
    if (statement.effect !== 'Allow' || items === undefined || items === '*') return [];
    return (items.Service ?? []).map((service) => [statement, service] as const);
  });

/** Policies with service principals, trust policies among them, each with the ARN that it protects. */
const holders = (inventory: PolicyInventory) => [
  ...inventory.resourcePolicies,
  ...inventory.roles.map(({ arn, account, resource, trust }) => ({
    arn,
    account,
    resource,
    statements: trust,
  })),
];

/**
 * A service that acts for whoever asks it must not reach our resources for somebody else (the confused deputy).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function judgeServices(rows: ProofRows, world: World): void {
  for (const { arn, account, resource, statements } of holders(world.inventory)) {
    const grants = serviceGrants(statements);
    if (grants.length === 0) continue;
    rows.guarded(IAM_RULES.noConfusedDeputy, resource, () => {
      const problems = grants.flatMap(([statement, service]) => {
        // By this statement alone: another one, for another edge of the same service, may ask for other keys.
        const resource = statements.filter((other) => other === statement || other.effect === 'Deny');
        const decide = (confused: boolean) =>
          evaluate(requestOf(statement, service, arn, account, confused), { identity: [], resource })
            .decision;
        return [
          ...(decide(true) === 'allow' && edgeWithoutSource(statement, service) === undefined
            ? [`${service} may act here for another account by ${statement.sid}`]
            : []),
          ...(decide(false) === 'allow' ? [] : [`${statement.sid} never lets ${service} in, for nobody`]),
        ];
      });
      const remains = grants.flatMap(([statement, service]) => {
        const edge = edgeWithoutSource(statement, service);
        return edge === undefined ? [] : [`${edge.remains} (${edge.page})`];
      });
      const good = [
        `${grants.map(([, service]) => service).join(', ')}: for our account only`,
        ...remains.map((what) => `but ${what}`),
      ].join('; ');
      rows.judge(IAM_RULES.noConfusedDeputy, resource, problems, good);
    });
  }
}
