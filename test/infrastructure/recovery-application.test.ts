import { loadStageConfig, parseStageConfig } from '../../lib/config/load';
import type { StageConfig } from '../../lib/config/schema';
import { KEY_DOMAINS, Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { RecoveryApplicationStage } from '../../lib/stages/recovery-application-stage';
import { releaseStacks } from '../support/stage-templates';
import { type AssemblyResource, resourcesOf } from '../support/synthesized-assembly';
import { synthesizeStacks } from '../support/synthesis';
import { at } from '../support/synthesized-stage';

const prod = loadStageConfig('prod');
const foundation = new Names(prod, prod.drRegion);
const both = (config: StageConfig): AssemblyResource[] =>
  resourcesOf(
    synthesizeStacks((app) => {
      new ApplicationStage(app, config);
      new RecoveryApplicationStage(app, config);
    }),
  );
const resources = resourcesOf(releaseStacks()).filter(({ account }) => account === prod.account);
const primary = resources.filter(({ region }) => region === prod.region);
/** The foundation stands in the second region too, but belongs to the primary region's stage. */
const recovery = resources.filter(
  ({ region, stack }) => region === prod.drRegion && !stack.endsWith('-recovery-foundation'),
);

/** Names of which an account (S3: the world) has one, whatever the region. */
const ACCOUNT_WIDE: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': ['RoleName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::Budgets::Budget': ['Budget', 'BudgetName'],
};
const accountWideNames = (found: readonly AssemblyResource[]): string[] =>
  found.flatMap(({ Type, Properties }) => {
    const path = ACCOUNT_WIDE[Type];
    return path === undefined ? [] : [`${Type} ${String(at(Properties, ...path))}`];
  });

describe('the application of the second region', () => {
  it('makes nothing whose name the primary region has already', () => {
    const names = accountWideNames(resources);
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
  it('has every function, store, queue and API of the primary region', () => {
    const count = (found: readonly AssemblyResource[], type: string) =>
      found.filter(({ Type }) => Type === type).length;
    for (const type of [
      'AWS::Lambda::Function',
      'AWS::DynamoDB::GlobalTable',
      'AWS::SQS::Queue',
      'AWS::StepFunctions::StateMachine',
      'AWS::ApiGateway::RestApi',
      'AWS::WAFv2::WebACL',
      'AWS::EC2::VPCEndpoint',
      'AWS::SecretsManager::Secret',
    ])
      expect([type, count(recovery, type)]).toEqual([type, count(primary, type)]);
  });
  it('keeps its routes for its own roles of people, not the primary region’s', () => {
    const [api] = recovery.filter(({ Type }) => Type === 'AWS::ApiGateway::RestApi');
    const named = [...JSON.stringify(api?.Properties['Policy']).matchAll(/"(arn:aws:iam:[^"]+)"/g)];
    expect(named.map(([, arn]) => arn)).toEqual(
      ['reviewer', 'data-steward'].map((purpose) => foundation.roleArn(purpose)),
    );
  });
  it('makes no keys: those of the foundation are imported, and each import is exported there', () => {
    expect(recovery.filter(({ Type }) => Type === 'AWS::KMS::Key')).toEqual([]);
    const imported = new Set(
      [...JSON.stringify(recovery).matchAll(/"Fn::ImportValue":"(serverlessapp-prod-[a-z]+-key-arn)"/g)].map(
        ([, name]) => name,
      ),
    );
    expect([...imported].sort()).toEqual(KEY_DOMAINS.map((domain) => foundation.keyExport(domain)).sort());
  });
  it('backs up its own stores daily into its own vault, and copies nothing to the region that may be lost', () => {
    const plan = recovery.find(({ Type }) => Type === 'AWS::Backup::BackupPlan');
    const [rule, ...more] = at(plan?.Properties, 'BackupPlan', 'BackupPlanRule') as unknown[];
    expect(more).toEqual([]);
    expect(rule).toMatchObject({
      TargetBackupVault: foundation.backupVault,
      Lifecycle: { DeleteAfterDays: prod.retention.backup },
    });
    expect(rule).not.toHaveProperty('CopyActions');
    const selection = recovery.find(({ Type }) => Type === 'AWS::Backup::BackupSelection');
    expect(at(selection?.Properties, 'BackupSelection')).toMatchObject({
      IamRoleArn: foundation.roleArn('backup'),
      Resources: [
        foundation.tableArn(foundation.detectionLogsTable),
        foundation.tableArn(foundation.erasureLedgerTable),
        foundation.bucketArn(foundation.pictureBucket),
      ],
    });
  });
  it.each(['AWS::CloudTrail::Trail', 'AWS::Budgets::Budget', 'AWS::Config::ConfigRule'])(
    'leaves %s, which exists once, to the primary region',
    (type) => {
      expect(primary.some(({ Type }) => Type === type)).toBe(true);
      expect(recovery.some(({ Type }) => Type === type)).toBe(false);
    },
  );
  it('names no resource of the primary region by ARN, but for roles and what is kept there', () => {
    const foreign = [...JSON.stringify(recovery).matchAll(/arn:aws:([a-z0-9-]+):us-east-1:/g)].map(
      ([, service]) => service,
    );
    expect([...new Set(foreign)]).toEqual([]);
  });
  it('stands in zones of its own region', () => {
    const zones = recovery
      .filter(({ Type }) => Type === 'AWS::EC2::Subnet')
      .map(({ Properties }) => Properties['AvailabilityZone']);
    expect([...new Set(zones)]).toEqual(prod.recovery.availabilityZones);
  });
});

describe('the failover to the second region', () => {
  const arrives = (region: string): unknown[] =>
    resources
      .filter(
        ({ Type, Properties, ...resource }) =>
          Type === 'AWS::Events::Rule' &&
          resource.region === region &&
          foundation.arrivalRules(prod.clients).includes(String(Properties['Name'])),
      )
      .map(({ Properties }) => Properties['State']);
  const intake = (found: readonly AssemblyResource[], region: string): unknown =>
    found.find(
      (resource) =>
        resource.Type === 'AWS::Lambda::EventSourceMapping' &&
        resource.region === region &&
        'ScalingConfig' in resource.Properties,
    )?.Properties['Enabled'];

  // EventBridge keeps nothing for a disabled rule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-disable-rule.html
  it('Given pictures that clients send before it, then they wait in the queue of the second region', () => {
    expect(arrives(prod.drRegion)).toEqual(['ENABLED', 'ENABLED', 'ENABLED']);
    const queue = recovery.find(
      ({ Type, Properties }) =>
        Type === 'AWS::SQS::Queue' && Properties['QueueName'] === foundation.intakeQueue,
    );
    expect(queue?.Properties['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
  });
  it('Given normal operation, then pictures are processed in the primary region only', () => {
    expect(intake(resources, prod.region)).toBe(true);
    expect(intake(resources, prod.drRegion)).toBe(false);
  });
  it('Given recovery.active, then a deployment does not switch the second region off again', () => {
    const active = { ...prod, recovery: { ...prod.recovery, active: true } };
    expect(intake(both(active), prod.drRegion)).toBe(true);
  });
});

describe('a client of prod that is told by webhooks', () => {
  const webhook = { address: 'https://receiver.example.com/pictures', confirmedOn: '2026-11-29' };
  const [first, ...others] = prod.clients;
  const config = parseStageConfig(
    { ...prod, webhookBytesMeasuredOn: '2026-12-01', clients: [{ ...first, webhook }, ...others] },
    'prod',
  );
  const told = both(config);

  it('has a secret, a connection, a schedule and a workflow in each region, none of a name that the other has', () => {
    for (const region of [config.region, config.drRegion]) {
      const there = told.filter((resource) => resource.region === region);
      const found = (type: string, text: string) =>
        there.filter(({ Type, Properties }) => Type === type && JSON.stringify(Properties).includes(text));
      for (const [type, text] of [
        ['AWS::SecretsManager::Secret', 'webhook-secret'],
        ['AWS::SecretsManager::ResourcePolicy', 'webhooks'],
        ['AWS::Events::Connection', 'webhook-receivers'],
        ['AWS::StepFunctions::StateMachine', 'http:invoke'],
        ['AWS::StepFunctions::StateMachine', 'webhook-secret-rotation'],
        ['AWS::Scheduler::Schedule', webhook.address],
      ] as const)
        expect([region, type, text, found(type, text).length]).toEqual([region, type, text, 1]);
    }
    const all = accountWideNames(told);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });
});
