import { filled } from '../iam/example';
import { contextOf } from '../iam/request';
import type { Resource } from '../model/resource';
import type { Statement } from '../iam/statement';
import type { Finding } from './finding';
import { actionFor, wholeAccounts } from './evaluate-policies';
import { administratorFor, everybodyFor, impostorFor, externalContext } from './external-principals';
import { trustOf } from './policies-of';

/** Tokens that anybody can get from the public issuers: of another repository, project, organisation or workload. */
const STRANGERS_SUBJECTS = [
  'repo:stranger/evil:ref:refs/heads/main',
  'project_path:stranger/evil:ref_type:branch:ref:main',
  'organization:stranger:project:evil:workspace:x:run_phase:apply',
  'system:serviceaccount:stranger:stranger',
  'stranger',
];
/** Claims that say whose workload a token is for. */
const IS_SUBJECT =
  /:(?:sub|repository|repository_owner|repository_id|project_path|namespace_path|job_workflow_ref|email|oaud)$/;
/**
 * Where the audience is the application itself, it tells as much as a subject.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const OWN_AUDIENCE =
  /^(?:accounts\.google\.com:aud|www\.amazon\.com:app_id|graph\.facebook\.com:app_id|cognito-identity\.amazonaws\.com:aud)$/;

const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity';

function strangerSubject(
  statement: Statement,
  provider: string,
  role: { arn: string; statements: readonly Statement[]; account: string },
): string | undefined {
  const { conditions } = statement;
  const free = conditions.filter(({ key }) => !IS_SUBJECT.test(key) && !OWN_AUDIENCE.test(key));
  return STRANGERS_SUBJECTS.find((subject) => {
    const context = new Map([
      ...externalContext(free, undefined, '8.8.8.8'),
      ...contextOf(
        Object.fromEntries(
          conditions
            .filter(({ key }) => IS_SUBJECT.test(key) || OWN_AUDIENCE.test(key))
            .map(({ key }) => [key, IS_SUBJECT.test(key) ? subject : 'stranger']),
        ),
      ),
    ]);
    return (
      actionFor({ caller: { kind: 'federated', provider }, context }, statement, role, 'sts') !== undefined
    );
  });
}

const providersOf = ({ principals }: Statement): readonly string[] =>
  principals === undefined || principals.not || principals.items === '*'
    ? []
    : (principals.items.Federated ?? []);

const takesWebIdentity = ({ actions }: Statement): boolean =>
  actions.not || actions.items.some((item) => filled(item) === WEB_IDENTITY || item.includes('*'));

function ofStatement(
  resource: Resource,
  statement: Statement,
  statements: readonly Statement[],
  own: ReadonlySet<string>,
): Finding[] {
  const { account } = resource;
  const { sid, principals, actions } = statement;
  const role = { arn: `arn:aws:iam::${account}:role/${resource.path}`, statements, account };
  const found: Finding[] = [];
  const tell = (rule: Finding['rule'], message: string) => found.push({ rule, resource, message });
  if (principals?.not) tell('notPrincipal', `${sid} lets everybody but those whom it names assume the role`);
  if (actions.not) tell('notAction', `${sid} allows every action but ${actions.items.join(', ')}`);
  else if (actions.items.some((item) => item === '*' || item === 'sts:*'))
    tell('wildcardAction', `${sid} of the trust policy grants ${actions.items.join(', ')}`);
  const anybody = everybodyFor(statement).find(
    (external) => actionFor(external, statement, role, 'sts') !== undefined,
  );
  if (anybody) tell('trustPublic', `${anybody.name} may assume it by ${sid}`);
  const accounts = wholeAccounts(statement).filter((id) => !own.has(id));
  for (const id of new Set(accounts)) {
    const externalPrincipals = [administratorFor(statement, id), impostorFor(statement, id)];
    if (externalPrincipals.some((external) => actionFor(external, statement, role, 'sts') !== undefined))
      tell(
        'trustAccount',
        `whoever may act for account ${id}, if it is not your own, may assume it by ${sid}`,
      );
  }
  if (takesWebIdentity(statement)) {
    for (const provider of providersOf(statement)) {
      const subject = strangerSubject(statement, provider, role);
      if (subject !== undefined)
        tell(
          'trustSubject',
          `whoever has a token of ${provider}, such as ${subject}, may assume it by ${sid}`,
        );
    }
  }
  return found;
}

/** Whom a role's trust policy lets in, by its meaning. */
export function evaluateTrust(resource: Resource, own: ReadonlySet<string>): Finding[] {
  const statements = trustOf(resource);
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => ofStatement(resource, statement, statements, own));
}
