import {
  deliveryContexts,
  executionPoliciesOf,
  executionPolicy,
  EXECUTION_POLICIES,
} from '../../bin/preflight/execution-policies';
import { STAGE_NAMES } from '../../lib/config/schema';
import { loadStageConfig } from '../../lib/config/load';
import { BOUNDARY_CHANGE_TAG, Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { RecoveryApplicationStage } from '../../lib/stages/recovery-application-stage';
import { resourcesOf } from '../support/synthesized-assembly';
import { synthesizeStacks } from '../support/synthesis';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}
const contextOf = (stage: string) => {
  const config = loadStageConfig(stage);
  return { config, names: new Names(config, config.region) };
};
const policiesOf = (stage: string) =>
  EXECUTION_POLICIES.map((name) => executionPolicy(name, contextOf(stage)) as { Statement: Statement[] });
const statements = policiesOf('prod').flatMap(({ Statement }) => Statement);
const allowed = statements.filter(({ Effect }) => Effect === 'Allow');

/** IAM's prefix of a CloudFormation type's service, where it differs. */
const PREFIXES: Readonly<Record<string, string>> = {
  accessanalyzer: 'access-analyzer',
  stepfunctions: 'states',
  macie: 'macie2',
};
const prefixOf = (type: string): string => {
  const service = (type.split('::')[1] ?? '').toLowerCase();
  return PREFIXES[service] ?? service;
};

describe('the execution policies of the bootstrap', () => {
  it.each(STAGE_NAMES)('are taken by IAM for %s', (stage) => {
    for (const policy of policiesOf(stage)) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
  });
  it('let CloudFormation make every type of every template, and change and remove it', () => {
    const resources = STAGE_NAMES.flatMap((stage) =>
      resourcesOf(
        synthesizeStacks((app) => {
          new ApplicationStage(app, loadStageConfig(stage));
          new RecoveryApplicationStage(app, loadStageConfig(stage));
        }),
      ),
    );
    const services = new Set(resources.map(({ Type }) => prefixOf(Type)));
    expect(services.size).toBeGreaterThan(20);
    const makes = (service: string) =>
      allowed.some(({ Action }) =>
        Action.some((action) =>
          new RegExp(
            `^${service}:(Add|Associate|Activate|BatchEnable|Create|Enable|Make|Modify|POST|Put|Register|Set|Subscribe)`,
          ).test(action),
        ),
      );
    expect([...services].filter((service) => !makes(service))).toEqual([]);
  });
  it('are far from AdministratorAccess: no action of everything, no service of everything', () => {
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => /^\*|:\*/.test(action))).toEqual([]);
  });
  it('read no data', () => {
    const reads = /^(dynamodb:(GetItem|Query|Scan)|secretsmanager:GetSecretValue|sqs:Receive|rekognition:)/;
    const reading = allowed.filter(({ Action }) => Action.some((action) => reads.test(action)));
    // EventBridge keeps what a connection authenticates with in a secret of its own, and asks the caller for it.
    expect(reading.map(({ Sid }) => Sid)).toEqual(['SecretsOfConnections']);
    expect(reading.flatMap(({ Resource }) => Resource)).toEqual([
      expect.stringMatching(/:secret:events!connection\/serverlessapp-prod-/),
    ]);
    const objects = allowed.filter(({ Action }) => Action.includes('s3:GetObject'));
    expect(objects.map(({ Sid }) => Sid)).toEqual(['Assets']);
  });
  it('make roles only under the boundary, which is not theirs to change', () => {
    const making = allowed.filter(({ Action }) => Action.includes('iam:CreateRole'));
    expect(making).toHaveLength(1);
    expect(making[0]?.Condition).toEqual({
      StringEquals: { 'iam:PermissionsBoundary': contextOf('prod').names.permissionsBoundaryArn },
    });
    expect(allowed.flatMap(({ Action }) => Action)).not.toContain('iam:DeleteRolePermissionsBoundary');
  });
  it('name our own resources, or are bound to our regions', () => {
    const wide = allowed.filter(
      ({ Resource, Condition }) => Resource.includes('*') && Condition === undefined,
    );
    expect(wide.map(({ Sid }) => Sid)).toEqual(['AccountServices']);
  });
});

describe('the execution policy of the delivery account', () => {
  const [primary] = deliveryContexts(loadStageConfig('prod'));
  const policies = executionPoliciesOf(primary).map(
    (name) => executionPolicy(name, primary) as { Statement: Statement[] },
  );
  const pipelines = policies.flatMap(({ Statement }) => Statement);
  const grants = pipelines.filter(({ Effect }) => Effect === 'Allow');
  const actions = grants.flatMap(({ Action }) => Action);
  const boundary = `arn:aws:iam::${primary.config.account}:policy/serverlessapp-delivery-permissions-boundary`;

  it('is taken by IAM', () => {
    expect(policies.map((policy) => JSON.stringify(policy).length).filter((length) => length > 6144)).toEqual(
      [],
    );
  });
  it('makes no user, access key, function or provider of identities, lifts no boundary and takes no role', () => {
    expect(actions.length).toBeGreaterThan(80);
    const never =
      /^\*|:\*$|^(?:lambda|organizations|sts|cloudformation):|^iam:(?:\w*User|\w*AccessKey|\w*Provider|Put|\w*Boundary|\w*LoginProfile|\w*Group)/;
    expect(actions.filter((action) => never.test(action))).toEqual([]);
  });
  it('makes roles, and changes what they may do, under the boundary only', () => {
    const making = grants.filter(({ Action }) =>
      Action.some((action) => /^iam:(?:CreateRole$|AttachRole|DetachRole)/.test(action)),
    );
    expect(making.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    ]);
  });
  it('changes the boundary only while the security administrators have marked it, without the organisation too', () => {
    expect(pipelines.find(({ Sid }) => Sid === 'NotItsBoundary')).toEqual({
      Sid: 'NotItsBoundary',
      Effect: 'Deny',
      Action: ['iam:CreatePolicyVersion', 'iam:DeletePolicy*', 'iam:SetDefaultPolicyVersion'],
      Resource: [boundary],
      Condition: { StringNotEquals: { [`aws:PrincipalTag/${BOUNDARY_CHANGE_TAG}`]: 'approved' } },
    });
    // It puts that mark on nobody's role but those under the boundary.
    const marking = grants.filter(({ Action }) => Action.includes('iam:TagRole'));
    expect(marking.flatMap(({ Resource }) => Resource)).toEqual([
      `arn:aws:iam::${primary.config.account}:role/serverlessapp-delivery-*`,
    ]);
  });
  it('hands its roles to the services of the pipeline and to no other', () => {
    const handing = grants.filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(handing.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: {
          'iam:PassedToService': [
            'cloudtrail.amazonaws.com',
            'codebuild.amazonaws.com',
            'codepipeline.amazonaws.com',
            'events.amazonaws.com',
          ],
        },
      },
    ]);
  });
  it('reads no pack and no artefact, only what the bootstrap published', () => {
    const objects = grants.filter(({ Action }) =>
      Action.some((action) => /^s3:(?:Get|Put)Object/.test(action)),
    );
    expect(objects.map(({ Sid }) => Sid)).toEqual(['Bootstrap']);
  });
});
