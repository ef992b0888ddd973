import { executionPolicy, EXECUTION_POLICIES } from '../../bin/preflight/execution-policies';
import { STAGE_NAMES } from '../../lib/config/schema';
import { loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { RecoveryApplicationStage } from '../../lib/stages/recovery-application-stage';
import { assemblyResources } from '../support/synthesized-assembly';

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
      assemblyResources((app) => {
        new ApplicationStage(app, loadStageConfig(stage));
        new RecoveryApplicationStage(app, loadStageConfig(stage));
      }),
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
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => reads.test(action))).toEqual([]);
    const objects = allowed.filter(({ Action }) => Action.includes('s3:GetObject'));
    expect(objects.map(({ Sid }) => Sid)).toEqual(['Assets']);
  });
  it('make roles only under the ceiling, which is not theirs to change', () => {
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
