import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KEY_DOMAINS } from '../../lib/names';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { conditionKeys, statementsOf } from '../support/policy-statements';
import {
  at,
  listAt,
  mutated,
  put,
  type TemplateProperties,
  ofType,
  STAGES,
  type SynthesizedStage,
  synthesized,
} from '../support/synthesized-stage';

const KEY = 'AWS::KMS::Key';
/** What uses a key's material, or hands that use on. */
const USE = /^kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt|CreateGrant|\*)/;

/** Statements of key policies that let somebody use a key without saying who exactly, or on whose behalf. */
const openUses = (stage: SynthesizedStage): string[] =>
  statementsOf({ ...stage, resources: ofType(stage, KEY) })
    .filter(({ Effect, actions }) => Effect === 'Allow' && actions.some((action) => USE.test(action)))
    .filter((statement) => {
      const keys = conditionKeys(statement);
      const byPrincipal =
        keys.includes('aws:principalarn') &&
        keys.some((key) => key === 'kms:viaservice' || key.startsWith('kms:encryptioncontext:'));
      const byService =
        JSON.stringify(statement.Principal).includes('Service') &&
        keys.some((key) => /^aws:source(account|arn)$|^kms:encryptioncontext:/.test(key));
      return !(byPrincipal || byService);
    })
    .map(({ where }) => where);

const freeGrants = (stage: SynthesizedStage): string[] =>
  statementsOf({ ...stage, resources: ofType(stage, KEY) })
    .filter(({ actions }) => actions.includes('kms:CreateGrant'))
    .filter((statement) => !conditionKeys(statement).includes('kms:grantisforawsresource'))
    .map(({ where }) => where);

describe.each(STAGES)('the keys of %s', (name) => {
  const stage = synthesized(name);
  const main = ofType(stage, KEY).filter(({ stack }) => stack === 'keys');

  it('are one for each domain, under its alias', () => {
    const aliases = ofType(stage, 'AWS::KMS::Alias').filter(({ stack }) => stack === 'keys');
    expect(main).toHaveLength(KEY_DOMAINS.length);
    expect(aliases.map(({ Properties }) => Properties['AliasName']).sort()).toEqual(
      KEY_DOMAINS.map((domain) => stage.names.keyAlias(domain)).sort(),
    );
  });
  it('are used by named roles through named services, and by services on our behalf', () => {
    expect(openUses(stage)).toEqual([]);
  });
  it('are granted on to AWS services alone', () => {
    expect(freeGrants(stage)).toEqual([]);
  });
  it('can still be administered by the account, or CloudFormation would refuse them', () => {
    for (const key of main) {
      const administration = statementsOf({ ...stage, resources: [key] }).filter(
        ({ actions, Condition }) =>
          actions.includes('kms:PutKeyPolicy') && Object.keys(Condition).length === 0,
      );
      expect(administration.map(({ Principal }) => Principal)).toEqual([
        { AWS: `arn:aws:iam::${stage.config.account}:root` },
      ]);
    }
  });
  it('name no role as principal: KMS refuses one that is not there yet', () => {
    const named = statementsOf({ ...stage, resources: ofType(stage, KEY) }).filter(({ Principal }) =>
      JSON.stringify(Principal).includes(':role/'),
    );
    expect(named).toEqual([]);
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  const statement = (key: TemplateProperties, sid: string) =>
    listAt(key, 'KeyPolicy', 'Statement').find((candidate) => at(candidate, 'Sid') === sid);

  it('the default policy, which lets every identity policy use the key, is found', () => {
    const worse = mutated(dev, KEY, (key) => put(key, 'kms:*', 'KeyPolicy', 'Statement', 0, 'Action'));
    expect(openUses(worse)).toHaveLength(1);
  });
  it.each([
    ['kms:ViaService', 'StringEquals'],
    ['aws:PrincipalArn', 'ArnEquals'],
  ])('a use without %s is found', (conditionKey, operator) => {
    const worse = mutated(dev, KEY, (key) => {
      const use = at(statement(key, 'FunctionsUseKeyThroughStores'), 'Condition', operator) as object;
      Reflect.deleteProperty(use, conditionKey);
    });
    expect(openUses(worse)).toHaveLength(1);
  });
  it('a grant to anybody is found', () => {
    const worse = mutated(dev, KEY, (key) =>
      put(statement(key, 'DeploymentGrantsKeyToServices'), {}, 'Condition', 'Bool'),
    );
    expect(freeGrants(worse)).toHaveLength(1);
  });
});

const KEY_OF_OURS =
  /"(KmsKeyId|KMSKeyId|KmsKeyArn|KmsMasterKeyId|KMSMasterKeyId|KMSMasterKeyID|EncryptionKeyArn)":(?!"alias\/aws)/;
/** Types that keep something and know a key. */
const KEYED =
  /^AWS::(Backup::BackupVault|CloudTrail::Trail|DynamoDB::GlobalTable|Logs::LogGroup|S3::Bucket|SNS::Topic|SQS::Queue|Scheduler::Schedule|SecretsManager::Secret|StepFunctions::StateMachine|Lambda::Function)$/;
/** Types that keep something under keys of AWS's own, and the word for it in SECURITY.md. */
const NAMED: Readonly<Record<string, string>> = {
  'AWS::SSM::Parameter': 'parameters (',
  'AWS::ApiGateway::ApiKey': 'the values of API keys',
  'AWS::Logs::MetricFilter': 'metrics with their dimensions',
  'AWS::Lambda::Version': 'the copies of code that Lambda runs',
  'AWS::GuardDuty::Detector': 'GuardDuty',
  'AWS::SecurityHub::Hub': 'Security Hub',
  'AWS::AccessAnalyzer::Analyzer': 'Access Analyzer',
  'AWS::Events::Connection': 'the connection of webhooks',
};
/** Types that set a service and keep nothing of what passes through it. */
const SETTINGS =
  /^AWS::(ApiGateway::(Account|Deployment|GatewayResponse|Method|Model|RequestValidator|Resource|RestApi|Stage|UsagePlan|UsagePlanKey)|Backup::(BackupPlan|BackupSelection)|Budgets::Budget|CloudFormation::GuardHook|CloudWatch::(Alarm|CompositeAlarm|Dashboard)|CodeDeploy::\w+|Config::\w+|EC2::\w+|Events::Rule|IAM::\w+|KMS::(Alias|Key)|Lambda::(Alias|EventSourceMapping|Permission)|Logs::ResourcePolicy|Route53Resolver::\w+|S3::BucketPolicy|SNS::(Subscription|TopicPolicy)|SQS::QueuePolicy|Scheduler::ScheduleGroup|SecretsManager::ResourcePolicy|SecurityHub::Standard|StepFunctions::StateMachine(Alias|Version)|WAFv2::\w+)$/;

describe.each(STAGES)('what %s keeps', (name) => {
  const security = readFileSync(path.join(PROJECT_ROOT, 'SECURITY.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const [, said = ''] = /The stores without such a key are (.*?) In transit:/.exec(security) ?? [];

  it('is under a key of ours, or named in SECURITY.md as what is not', () => {
    const unnamed = synthesized(name)
      .resources.filter(({ Type, Properties, id }) => {
        if (SETTINGS.test(Type)) return false;
        if (KEYED.test(Type))
          return !(
            KEY_OF_OURS.test(JSON.stringify(Properties)) ||
            (Type === 'AWS::S3::Bucket' && id.startsWith('AccessLogs'))
          );
        return !said.includes(NAMED[Type] ?? `no word for ${Type}`);
      })
      .map(({ Type, stack, id }) => `${Type} ${stack}/${id}`);
    expect(unnamed).toEqual([]);
    // No template has it: functions send traces to what the region keeps.
    expect(said).toContain('traces of X-Ray');
    expect(said).toContain('access-log buckets');
  });
});
