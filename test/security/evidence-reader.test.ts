import { READ_CALLS, readerPolicies } from '../../compliance/deployed/reader-policy';
import { Evaluator } from '../../compliance/rules/contracts/evaluator';
import { accountPolicies } from '../../compliance/rules/proofs/iam/account-policies';
import { evaluate } from '../../compliance/rules/proofs/iam/evaluate';
import { type PolicyInventory, readInventory } from '../../compliance/rules/proofs/iam/inventory';
import { contextOf } from '../../compliance/rules/proofs/iam/request';
import type { Resource } from '../../compliance/rules/proofs/model/resource';
import { TemplateSet } from '../../compliance/rules/proofs/model/template-set';
import { evidenceReaderBuildRole } from '../../lib/names';
import { releaseTemplates } from '../support/stage-templates';

/** Whose own policies have a word when they are asked about. */
const WITH_POLICIES: Readonly<Record<string, readonly string[]>> = {
  backup: ['AWS::Backup::BackupVault'],
  dynamodb: ['AWS::DynamoDB::GlobalTable'],
  kms: ['AWS::KMS::Key'],
  s3: ['AWS::S3::Bucket'],
  secretsmanager: ['AWS::SecretsManager::Secret'],
  sns: ['AWS::SNS::Topic'],
  sqs: ['AWS::SQS::Queue'],
};
/** What the policies limit to this system. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'apigateway:GET': 'arn:aws:apigateway:us-east-1::/restapis',
  'ssm:GetParameter': 'arn:aws:ssm:us-east-1:ACCOUNT:parameter/serverlessapp-prod/decision/thresholds',
  'ssm:GetParameters': 'arn:aws:ssm:us-east-1:ACCOUNT:parameter/serverlessapp-prod/decision/thresholds',
};

const actions = [
  ...new Set([
    ...READ_CALLS.flatMap((call) => call.actions),
    ...Object.values(readerPolicies()).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)),
  ]),
];
/** There is no pipeline and no build but in the delivery account, where its builds ask. */
const isAskedIn = (application: string, action: string): boolean =>
  application === 'serverlessapp-delivery' || !/^code(pipeline|build):/.test(action);

const applications = new Map(
  releaseTemplates().map(({ id, templates }) => {
    const set = new TemplateSet(templates);
    return [id, { set, inventory: readInventory(set) }];
  }),
);
const of = (id: string): { set: TemplateSet; inventory: PolicyInventory } => {
  const found = applications.get(id);
  if (found === undefined) throw new RangeError(`There is no application ${id}.`);
  return found;
};

/** Of some types the reference is the ARN, of others an attribute. */
function arnIn(set: TemplateSet, resource: Resource): string {
  const reference = set.refOf(resource);
  if (reference.startsWith('arn:')) return reference;
  return set.attributeOf(resource, resource.type === 'AWS::Backup::BackupVault' ? 'BackupVaultArn' : 'Arn');
}

/** What a role that asks is refused, by its policies, its boundary, the organisation and those of what it asks about. */
function refused(id: string, roleName: string): string[] {
  const { set, inventory } = of(id);
  const [first] = set.resources();
  const role = inventory.roles.find(({ arn }) => arn.endsWith(`:role/${roleName}`));
  if (first === undefined || role === undefined) throw new RangeError(`${id} has no ${roleName}.`);
  const evaluator = new Evaluator(inventory, accountPolicies(first.stackName, role.account, 'us-east-1'));
  return actions
    .filter((action) => isAskedIn(id, action))
    .flatMap((action) => {
      const types = WITH_POLICIES[action.split(':')[0] ?? ''] ?? [];
      const there = types.flatMap((type) => set.resources(type)).map((resource) => arnIn(set, resource));
      const example = (EXAMPLES[action] ?? '*').replace('ACCOUNT', role.account);
      return (there.length > 0 ? there : [example]).flatMap((resource) => {
        const { decision, by } = evaluator.decide({
          caller: { role, via: undefined },
          action,
          resource,
          resourceAccount: role.account,
          region: 'us-east-1',
          sends: {},
        });
        return decision === 'allow' ? [] : [`${action} on ${resource}: ${decision} by ${by.join(', ')}`];
      });
    });
}

// The printed policies are those of the roles: people-and-services.test.ts.
it.each([
  ['serverlessapp-prod', 'serverlessapp-prod-evidence-reader-role'],
  ['serverlessapp-prod', 'serverlessapp-prod-auditor-role'],
  ['serverlessapp-delivery', evidenceReaderBuildRole],
])('in %s %s may ask all that the command asks', (id, roleName) => {
  expect(actions.length).toBeGreaterThan(150);
  expect(refused(id, roleName)).toEqual([]);
});

it('finds who may not', () => {
  expect(refused('serverlessapp-prod', 'serverlessapp-prod-operator-role').length).toBeGreaterThan(50);
});

it('the build that asks may take the role of the stage; another build, and another organisation, may not', () => {
  const { inventory } = of('serverlessapp-prod');
  const reader = inventory.roles.find(({ arn }) => arn.endsWith('-evidence-reader-role'));
  const build = of('serverlessapp-delivery').inventory.roles.find(({ arn }) =>
    arn.endsWith(`/${evidenceReaderBuildRole}`),
  );
  if (reader === undefined || build === undefined) throw new RangeError('A role is missing.');
  const { organizationId } = accountPolicies('serverlessapp-prod-access', reader.account, 'us-east-1');
  const take = (arn: string, organization = organizationId) =>
    evaluate(
      {
        caller: { kind: 'role', arn, account: build.account },
        action: 'sts:AssumeRole',
        resource: reader.arn,
        resourceAccount: reader.account,
        context: contextOf({
          'aws:PrincipalArn': arn,
          'aws:PrincipalAccount': build.account,
          'aws:PrincipalOrgID': organization,
          'aws:SecureTransport': 'true',
        }),
      },
      {
        identity: build.identity,
        boundary: build.boundary,
        resource: reader.trust,
        resourcePolicyRules: true,
      },
    ).decision;
  expect(take(build.arn)).toBe('allow');
  expect(take(build.arn.replace('evidence-reader', 'gate'))).not.toBe('allow');
  expect(take(build.arn, 'o-another0organization')).not.toBe('allow');
});
