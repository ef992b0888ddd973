import type { ProofRows } from '../proof-rows';
import { evaluate } from './evaluate';
import { accountsIn, exampleActions, exampleResource, filled, foreignArns, exampleValue } from './example';
import { policyHolders } from './inventory';
import { FOREIGN_ORGANIZATION } from './organization';
import { contextOf, type Request } from './request';
import { IAM_RULES } from './rules';
import type { Condition, Statement } from './statement';
import { FOREIGN_ACCOUNT } from './targets';
import { type UnsentSource, unsentSourceOf } from './unsent-sources';
import type { World } from './world';

/** By what a request tells for whom a service acts: the source keys, and the context under which it encrypts. */
const tellsSource = ({ key }: Condition): boolean =>
  ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid'].includes(key) ||
  key.startsWith('kms:encryptioncontext:');

/** Whether a statement asks for a source that must come: then it is for an edge on which the service tells it. */
const demandsSource = ({ conditions }: Statement): boolean =>
  conditions.some((condition) => tellsSource(condition) && !condition.operator.ifExists);

interface Edge {
  readonly statement: Statement;
  readonly service: string;
  /** What the policy protects. */
  readonly arn: string;
  readonly account: string;
}

type Pairs = Readonly<Record<string, string | undefined>>;

/** What the service sends when it acts for us. */
const ownSource = ({ statement, account }: Edge): Pairs => ({
  'aws:sourceaccount': account,
  ...Object.fromEntries(
    statement.conditions.filter(tellsSource).map((condition) => [condition.key, exampleValue(condition)]),
  ),
});

/** Every value that might come with a request for another account and pass for ours. */
function foreignValues(key: string, values: readonly string[], account: string): string[] {
  if (key === 'aws:sourceorgid') return [FOREIGN_ORGANIZATION];
  const named = values.flatMap(accountsIn);
  const others = named.filter((id) => id !== account);
  if (key === 'aws:sourceaccount') return [FOREIGN_ACCOUNT, ...others];
  const ofOthers = values.filter((value) => others.some((id) => value.includes(id))).map(filled);
  return [...values.flatMap((value) => foreignArns(value, account)), ...ofOthers];
}

/** What it sends when it acts for another account: all that might pass for ours, or nothing where that is untold. */
function foreignSources({ statement, account }: Edge, untold: UnsentSource | undefined): Pairs[] {
  const byKey = new Map<string, string[]>([['aws:sourceaccount', []]]);
  for (const { key, values } of statement.conditions.filter(tellsSource))
    byKey.set(key, [...(byKey.get(key) ?? []), ...values]);
  const told = [...byKey].reduce<Pairs[]>(
    (pairs, [key, values]) =>
      pairs.flatMap((pair) =>
        foreignValues(key, values, account).map((value) => ({ ...pair, [key]: value })),
      ),
    [{}],
  );
  return untold === undefined ? [{}, ...told] : told;
}

function requestsOf({ statement, service, arn, account }: Edge, source: Pairs): Request[] {
  const rest = statement.conditions.filter((condition) => !tellsSource(condition));
  const context = contextOf({
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': service,
    'aws:SecureTransport': 'true',
    'aws:ResourceAccount': account,
    's3:TlsVersion': '1.3',
    ...Object.fromEntries(
      rest
        .map((condition) => [condition.key, exampleValue(condition)] as const)
        .filter(([, value]) => value !== undefined),
    ),
    ...source,
  });
  const resource = exampleResource(statement, arn);
  return exampleActions(statement, arn.split(':')[2] ?? '').map((action) => ({
    caller: { kind: 'service', service },
    action,
    resource,
    resourceAccount: account,
    context,
  }));
}

const serviceGrants = (statements: readonly Statement[]): (readonly [Statement, string])[] =>
  statements.flatMap((statement) => {
    const items = statement.principals?.items;
    if (statement.effect !== 'Allow' || items === undefined || items === '*') return [];
    return (items.Service ?? []).map((service) => [statement, service] as const);
  });

/** With which source it came through; without one it needs no word. */
const by = (source: Pairs): string => {
  const text = Object.entries(source).map(([key, value]) => `${key} ${value ?? ''}`);
  return text.length === 0 ? '' : `, with ${text.join(' and ')}`;
};

/**
 * A service that acts for whoever asks it must not reach our resources for somebody else (the confused deputy).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function evaluateServices(rows: ProofRows, world: World): void {
  for (const { arn, account, resource, statements } of policyHolders(world.inventory)) {
    const grants = serviceGrants(statements);
    if (grants.length === 0) continue;
    rows.guarded(IAM_RULES.noConfusedDeputy, resource, () => {
      const problems = grants.flatMap(([statement, service]) => {
        // By this statement alone: another one, for another edge of the same service, may ask for other keys.
        const resource = statements.filter((other) => other === statement || other.effect === 'Deny');
        const edge = { statement, service, arn, account };
        const passes = (source: Pairs): boolean =>
          requestsOf(edge, source).some(
            (request) => evaluate(request, { identity: [], resource }).decision === 'allow',
          );
        const untold = unsentSourceOf(statement, service, arn);
        const never = untold?.source === 'never' && !demandsSource(statement);
        const confused = never ? undefined : foreignSources(edge, untold).find(passes);
        return [
          ...(confused
            ? [`${service} may act here for another account by ${statement.sid}${by(confused)}`]
            : []),
          ...(passes(ownSource(edge)) ? [] : [`${statement.sid} never lets ${service} in, for nobody`]),
        ];
      });
      const remains = grants.flatMap(([statement, service]) => {
        const untold = unsentSourceOf(statement, service, arn);
        return untold === undefined || demandsSource(statement) ? [] : [`${service}: ${untold.remains}`];
      });
      const good = [
        `${grants.map(([, service]) => service).join(', ')}: for our account only`,
        ...[...new Set(remains)].map((what) => `but by ${what}`),
      ].join('; ');
      rows.evaluate(IAM_RULES.noConfusedDeputy, resource, problems, good);
    });
  }
}
