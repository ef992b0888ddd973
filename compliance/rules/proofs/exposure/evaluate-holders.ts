import { evaluate } from '../iam/evaluate';
import { exampleValue } from '../iam/example';
import { contextOf } from '../iam/request';
import type { Statement } from '../iam/statement';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { actionsMatching, type ReferenceAction } from '../../../service-reference/reference';
import { ADMINISTRATOR_PROBES, ESCALATIONS, ADMINISTRATIVE_MANAGED_POLICIES, type Step } from './escalations';
import type { Finding } from './finding';
import { policiesHeldBy } from './policies-of';

/** Keys that bind what is done, not who does it: without the right tag or boundary on the other side the request fails. */
const bindsWhatIsDone = (key: string): boolean =>
  key === 'iam:permissionsboundary' || key.startsWith('aws:resourcetag/') || key.endsWith(':resourcetag');

function contextFor(statements: readonly Statement[], { service }: Step) {
  const conditions = statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ conditions: list }) => list)
    .filter(({ key }) => !bindsWhatIsDone(key));
  return contextOf({
    ...Object.fromEntries(conditions.map((condition) => [condition.key, exampleValue(condition)])),
    ...(service !== undefined && { 'iam:passedtoservice': service }),
  });
}

/** Whether the statements allow a request to somebody of an account in which nothing else stands against it. */
function allows(statements: readonly Statement[], step: Step): boolean {
  const [, , , , account = ''] = step.resource.split(':');
  const caller = { kind: 'role', arn: `arn:aws:iam::${account}:role/holder`, account } as const;
  const request = { caller, ...step, resourceAccount: account };
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .some((statement) => {
      const identity = statements.filter((each) => each === statement || each.effect === 'Deny');
      return (
        evaluate({ ...request, context: contextFor([statement], step) }, { identity }).decision === 'allow'
      );
    });
}

const isEverywhere = ({ resources }: Statement): boolean =>
  resources === undefined || (!resources.not && resources.items.some((item) => /^\*+$/.test(item)));

/** Reading that hands out what a store keeps; other reading tells how things are set up. */
const HANDS_OUT_DATA =
  /^(?:s3:getobject|secretsmanager:getsecretvalue|ssm:getparameter|kms:decrypt|dynamodb:(?:getitem|batchgetitem|query|scan|getrecords)|sqs:receivemessage|kinesis:getrecords|sts:getsessiontoken)/;
/**
 * Network interfaces that Lambda makes for its functions have no names of which a policy could know.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
const FOR_PLATFORM =
  /^ec2:(?:(?:create|delete)networkinterface|(?:un)?assignprivateipaddresses|(?:at|de)tachnetworkinterface)$/;

const changesOrHandsOut = ({ id, accessLevel }: ReferenceAction): boolean =>
  /Write|Permissions/.test(accessLevel) || HANDS_OUT_DATA.test(id.toLowerCase());

/** Keys of services that pin the resource, or whom it is for. */
const PINS =
  /resourcetag|arn$|^iam:(?:passedtoservice|permissionsboundary|awsservicename)$|^kms:(?:viaservice|resourcealiases|calleraccount)|namespace$|^ec2:vpc/;

/** Whether a statement is bound to some resources or callers; transport, region and signing in bind neither. */
const isBound = ({ conditions }: Statement): boolean =>
  conditions.some(
    ({ key }) =>
      PINS.test(key) ||
      (key.startsWith('aws:') &&
        !['aws:securetransport', 'aws:multifactorauthpresent', 'aws:requestedregion'].includes(key)),
  );

/** Actions that a statement grants on everything though each could be granted on single resources. */
function needlesslyEverywhere(statement: Statement): string[] {
  if (statement.actions.not || !isEverywhere(statement) || isBound(statement)) return [];
  return statement.actions.items.filter(
    (item) =>
      item === '*' ||
      actionsMatching(item).some(
        (action) =>
          action.resources.length > 0 &&
          changesOrHandsOut(action) &&
          !FOR_PLATFORM.test(action.id.toLowerCase()),
      ),
  );
}

function ofStatement(resource: Resource, statement: Statement, place: string): Finding[] {
  const { sid, actions, resources } = statement;
  const where = `${sid} of ${place}`;
  const found: Finding[] = [];
  const tell = (rule: Finding['rule'], message: string) => found.push({ rule, resource, message });
  if (actions.not) tell('notAction', `${where} allows every action but ${actions.items.join(', ')}`);
  if (resources?.not)
    tell('notResource', `${where} allows it on everything but ${resources.items.join(', ')}`);
  const whole = actions.not ? [] : actions.items.filter((item) => /^(?:\*|[^:]+:\*)$/.test(item));
  if (whole.length > 0) tell('wildcardAction', `${where} grants ${whole.join(', ')}`);
  const everywhere = needlesslyEverywhere(statement);
  if (everywhere.length > 0)
    tell('wildcardResource', `${where} grants ${everywhere.join(', ')} on every resource`);
  return found;
}

/** What all statements of one holder together come to. */
function together(resource: Resource, statements: readonly Statement[]): Finding[] {
  if (statements.length === 0) return [];
  if (ADMINISTRATOR_PROBES.every((step) => allows(statements, step)))
    return [{ rule: 'administrator', resource, message: 'its holder may do everything' }];
  const ways = ESCALATIONS.filter(({ steps }) => steps.every((step) => allows(statements, step)));
  const passes = allows(statements, {
    action: 'iam:PassRole',
    resource: 'arn:aws:iam::000000000000:role/somebody-mightier',
  });
  return [
    ...(ways.length === 0
      ? []
      : ([
          {
            rule: 'escalation',
            resource,
            message: `its holder can give himself more rights: ${ways.map(({ way }) => way).join('; ')}`,
          },
        ] as const)),
    ...(passes ? ([{ rule: 'passRole', resource, message: 'its holder may pass any role' }] as const) : []),
  ];
}

/** Whether a policy is somebody's permissions boundary: it grants nothing by itself. */
function isBoundaryPolicy(set: TemplateSet, resource: Resource): boolean {
  if (resource.type !== 'AWS::IAM::ManagedPolicy') return false;
  const arn = set.refOf(resource);
  const holders = set.resources('AWS::IAM::Role', 'AWS::IAM::User');
  const isHeld = ['Roles', 'Users', 'Groups'].some((property) => resource.list(property).length > 0);
  return !isHeld && holders.some((holder) => holder.property('PermissionsBoundary') === arn);
}

/** Policies beside a role that name it among those who hold them. */
const attachedTo = (set: TemplateSet, role: Resource): Resource[] =>
  set
    .resources('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy')
    .filter((policy) =>
      [...policy.list('Roles'), policy.property('RoleName')].map(String).includes(set.refOf(role)),
    );

function ofManaged(resource: Resource): Finding[] {
  const arns = [...resource.list('ManagedPolicyArns'), ...resource.list('ManagedPolicies')].map(String);
  return arns.flatMap((arn): Finding[] => {
    const name = /^arn:[^:]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
    const what = name === undefined ? undefined : ADMINISTRATIVE_MANAGED_POLICIES[name];
    return what === undefined
      ? []
      : [{ rule: 'administrator', resource, message: `AWS's policy ${name ?? ''} grants ${what}` }];
  });
}

function ofUser(resource: Resource): Finding[] {
  const direct =
    resource.type === 'AWS::IAM::User'
      ? ['Policies', 'ManagedPolicyArns'].filter((property) => resource.list(property).length > 0)
      : ['Users'].filter((property) => resource.list(property).length > 0);
  return direct.map((property) => ({
    rule: 'userPolicy' as const,
    resource,
    message: `a policy hangs on a user by itself (${property})`,
  }));
}

/** What the policies of a role, user, group or policy resource let their holder do. */
export function evaluateHolder(set: TemplateSet, resource: Resource): Finding[] {
  if (isBoundaryPolicy(set, resource)) return [];
  const policies = policiesHeldBy(resource);
  const own = policies.flatMap(({ statements }) => statements);
  const single = policies.flatMap(({ statements, place }) =>
    statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement) => ofStatement(resource, statement, place)),
  );
  const isIam = resource.type.startsWith('AWS::IAM::');
  return [
    ...single,
    ...together(resource, own),
    ...(resource.type === 'AWS::IAM::Role' ? onlyTogether(set, resource, own) : []),
    ...(isIam || resource.type === 'AWS::SSO::PermissionSet' ? ofManaged(resource) : []),
    ...(isIam ? ofUser(resource) : []),
  ];
}

/** What a role's own policies and those beside it come to together and none of them by itself. */
function onlyTogether(set: TemplateSet, role: Resource, own: readonly Statement[]): Finding[] {
  const beside = attachedTo(set, role).map((policy) => ({
    policy,
    statements: policiesHeldBy(policy).flatMap(({ statements }) => statements),
  }));
  if (beside.length + (own.length > 0 ? 1 : 0) < 2) return [];
  const alone = new Set(
    [...beside.flatMap(({ policy, statements }) => together(policy, statements)), ...together(role, own)].map(
      ({ rule }) => rule,
    ),
  );
  return together(role, [...own, ...beside.flatMap(({ statements }) => statements)]).filter(
    ({ rule }) => !alone.has(rule),
  );
}
