import { evaluate } from '../iam/evaluate';
import { accountsNamed, exampleActions, exampleResource } from '../iam/example';
import { ADMINISTRATOR, type Statement } from '../iam/statement';
import { FOREIGN_ACCOUNT } from '../iam/targets';
import { unsentSourceOf } from '../iam/unsent-sources';
import { contextOf } from '../iam/request';
import {
  administratorFor,
  everybodyFor,
  type ExternalPrincipal,
  externalContext,
} from './external-principals';
import type { Finding } from './finding';
import { type PolicyOnResource, serviceProtected } from './policies-of';

/** Services whose customers' resources call on those of other accounts, where the resource's policy has to tell them apart. */
const ASKED_BY_ANYBODY = ['lambda', 'sns', 'sqs', 's3', 'secretsmanager', 'events', 'ecr'];
/** Whatever they call with, it is no resource of a customer's. */
const ACTS_FOR_NOBODY = /^(alexa-|edgelambda\.|replicator\.lambda\.|lex\.|.*\.amazon\.com$)/;

const isWhole = (action: string): boolean => /^(?:\*|[^:]+:\*)$/.test(action);

/** The first action of a statement that an external principal may do by it, Denies of the policy counted. */
export function actionFor(
  { caller, context }: Pick<ExternalPrincipal, 'caller' | 'context'>,
  statement: Statement,
  {
    arn,
    statements,
    account,
    asked,
  }: Pick<PolicyOnResource, 'arn' | 'statements' | 'asked'> & { readonly account: string },
  service: string,
): string | undefined {
  const resource = statements.filter((other) => other === statement || other.effect === 'Deny');
  const targets = asked?.(caller.kind) ?? [exampleResource(statement, arn)];
  return exampleActions(statement, service).find((action) =>
    targets.some(
      (target) =>
        evaluate(
          { caller, action, resource: target, resourceAccount: account, context },
          { identity: ADMINISTRATOR, resource, resourcePolicyRules: true },
        ).decision === 'allow',
    ),
  );
}

const isOfEverybody = ({ principals }: Statement): boolean =>
  principals !== undefined &&
  (principals.not || principals.items === '*' || (principals.items.AWS ?? []).includes('*'));

/** Accounts that a statement's principals name as a whole. */
export const wholeAccounts = ({ principals }: Statement): string[] =>
  principals === undefined || principals.not || principals.items === '*'
    ? []
    : (principals.items.AWS ?? []).flatMap(
        (item) => /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(item)?.[1] ?? [],
      );

const servicesOf = ({ principals }: Statement): readonly string[] =>
  principals === undefined || principals.not || principals.items === '*'
    ? []
    : (principals.items.Service ?? []);

function deputies(
  policy: PolicyOnResource & { account: string },
  statement: Statement,
): { service: string; action: string }[] {
  if (!ASKED_BY_ANYBODY.includes(serviceProtected(policy))) return [];
  return servicesOf(statement).flatMap((service) => {
    if (ACTS_FOR_NOBODY.test(service) || unsentSourceOf(statement, service, policy.arn) !== undefined)
      return [];
    const context = new Map([
      ...externalContext(statement.conditions, undefined, '8.8.8.8'),
      ...contextOf({
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': service,
        'aws:SourceAccount': FOREIGN_ACCOUNT,
        'aws:SourceArn': `arn:aws:${service.split('.')[0] ?? ''}:us-east-1:${FOREIGN_ACCOUNT}:stranger`,
      }),
    ]);
    const action = actionFor(
      { caller: { kind: 'service', service }, context },
      statement,
      policy,
      serviceProtected(policy),
    );
    return action === undefined ? [] : [{ service, action }];
  });
}

/** What one statement of a resource's policy lets external principals do. */
function ofStatement(
  policy: PolicyOnResource & { account: string },
  statement: Statement,
  own: ReadonlySet<string>,
): Finding[] {
  const { resource } = policy;
  const found: Finding[] = [];
  const tell = (rule: Finding['rule'], message: string) => found.push({ rule, resource, message });
  const { sid, principals, actions, resources } = statement;
  if (principals?.not) tell('notPrincipal', `${sid} allows everybody but those whom it names`);
  if (actions.not) tell('notAction', `${sid} allows every action but ${actions.items.join(', ')}`);
  if (resources?.not) tell('notResource', `${sid} allows it on everything but ${resources.items.join(', ')}`);
  if (isOfEverybody(statement)) {
    for (const external of everybodyFor(statement)) {
      const action = actionFor(external, statement, policy, serviceProtected(policy));
      if (action === undefined) continue;
      tell('publicAccess', `${external.name} may ${action} by ${sid}`);
      break;
    }
  }
  const whole = wholeAccounts(statement);
  const everything = !actions.not && actions.items.some(isWhole);
  for (const account of accountsNamed(statement).filter((id) => !own.has(id))) {
    const action = actionFor(
      administratorFor(statement, account),
      statement,
      policy,
      serviceProtected(policy),
    );
    if (action !== undefined && (whole.includes(account) || everything))
      tell(
        'foreignAccount',
        `account ${account}, if it is not your own, may ${everything ? 'do everything' : action} by ${sid}`,
      );
  }
  if (everything && !(whole.length > 0 && whole.every((account) => own.has(account))))
    tell('policyWildcard', `${sid} grants ${actions.items.filter(isWhole).join(', ')}`);
  for (const { service, action } of deputies(policy, statement))
    tell('deputy', `${service} may ${action} for any account that asks it, by ${sid}`);
  return found;
}

/** Whom outside a resource's policy lets in, by its meaning. */
export const evaluatePolicy = (policy: PolicyOnResource, own: ReadonlySet<string>): Finding[] =>
  policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => ofStatement({ ...policy, account: policy.resource.account }, statement, own));
