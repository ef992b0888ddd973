import { ManagedRuleIdentifiers } from 'aws-cdk-lib/aws-config';
import {
  ACCOUNT_RULES,
  APPLICATION_RULES,
  CUSTOM_RULES,
  RECORDED_TYPES,
  REMEDIATIONS,
} from '../../lib/audit/config-rules';
import { CONFORMANCE_PACK_LIMIT, conformancePackTemplate } from '../../lib/audit/conformance-pack';
import { Names } from '../../lib/names';
import { eventSelectors } from '../../lib/audit/event-selectors';
import { at, ofType, STAGES, synthesized } from '../support/synthesized-stage';

/** In AWS's list, not yet in CDK's. */
const NEWER_THAN_CDK = ['STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED', 'NO_UNRESTRICTED_ROUTE_TO_IGW'];

describe.each(STAGES)('the audit of %s', (name) => {
  const stage = synthesized(name);
  const { features, retention } = stage.config;
  const bucketNamed = (bucket: string) =>
    ofType(stage, 'AWS::S3::Bucket').find(({ Properties }) => Properties['BucketName'] === bucket)
      ?.Properties;

  it('records all regions, validated, encrypted, and into a watched log group', () => {
    const [trail] = ofType(stage, 'AWS::CloudTrail::Trail');
    expect(trail?.Properties).toMatchObject({
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      KMSKeyId: expect.anything() as unknown,
      CloudWatchLogsLogGroupArn: expect.anything() as unknown,
      AdvancedEventSelectors: expect.any(Array) as unknown,
    });
  });
  it('locks the trail’s bucket exactly where the configuration says so', () => {
    const bucket = bucketNamed(stage.names.trailBucket);
    expect(bucket?.['ObjectLockEnabled'] ?? false).toBe(features.objectLock);
    expect(at(bucket, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention')).toEqual(
      features.objectLock ? { Mode: 'COMPLIANCE', Days: retention.auditObject } : undefined,
    );
  });
  it('delivers the configuration history to a bucket that AWS Config can write: one without Object Lock', () => {
    const bucket = bucketNamed(stage.names.configBucket);
    expect(bucket !== undefined).toBe(features.configRecorder);
    expect(bucket?.['ObjectLockEnabled'] ?? false).toBe(false);
    expect(ofType(stage, 'AWS::Config::ConfigurationRecorder')).toHaveLength(features.configRecorder ? 1 : 0);
  });
  it('holds the account to every rule, and repairs what can be repaired', () => {
    const rules = ofType(stage, 'AWS::Config::ConfigRule').map(
      ({ Properties }) => Properties['ConfigRuleName'] as string,
    );
    expect(rules.sort()).toEqual(
      [...APPLICATION_RULES, ...CUSTOM_RULES].map(({ id }) => stage.names.of(id)).sort(),
    );
    expect(ofType(stage, 'AWS::Config::RemediationConfiguration')).toHaveLength(REMEDIATIONS.length);
    for (const { Properties } of ofType(stage, 'AWS::Config::RemediationConfiguration')) {
      expect(Properties).toMatchObject({ Automatic: true, MaximumAutomaticAttempts: 3 });
      expect(JSON.stringify(Properties['Parameters'])).toContain('AutomationAssumeRole');
    }
  });
  it('has the account’s detectors where no organisation has them', () => {
    expect(ofType(stage, 'AWS::GuardDuty::Detector')).toHaveLength(features.guardDuty ? 1 : 0);
    expect(ofType(stage, 'AWS::SecurityHub::Hub')).toHaveLength(features.securityHub ? 1 : 0);
    expect(ofType(stage, 'AWS::AccessAnalyzer::Analyzer')).toHaveLength(features.accessAnalyzer ? 2 : 1);
    expect(ofType(stage, 'AWS::Macie::Session')).toHaveLength(features.macie ? 1 : 0);
  });
});

describe('what is recorded and evaluated', () => {
  const { config, names } = synthesized('prod');
  const there = new Names(config, config.drRegion);
  it('uses rules that AWS has, each once', () => {
    const identifiers = [...APPLICATION_RULES, ...ACCOUNT_RULES].map(({ identifier }) => identifier);
    const known = new Set<string>([
      ...(Object.values(ManagedRuleIdentifiers) as string[]),
      ...NEWER_THAN_CDK,
    ]);
    expect(identifiers.filter((identifier) => !known.has(identifier))).toEqual([]);
    expect(new Set(identifiers).size).toBe(identifiers.length);
  });
  it('records the types that our own rules evaluate', () => {
    for (const { resourceType } of CUSTOM_RULES) expect(Object.keys(RECORDED_TYPES)).toContain(resourceType);
  });
  it('asks no call of the recorder but reading ones', () => {
    const calls = Object.values(RECORDED_TYPES).flat();
    expect(calls.filter((call) => !/:(Get|List|Describe|Generate)|^apigateway:GET$/.test(call))).toEqual([]);
    expect(
      calls.filter((call) =>
        /^(s3:GetObject|secretsmanager:GetSecretValue|dynamodb:GetItem|lambda:GetFunction)$/.test(call),
      ),
    ).toEqual([]);
  });
  it('fits the conformance pack into one call', () => {
    expect(Buffer.byteLength(conformancePackTemplate())).toBeLessThanOrEqual(CONFORMANCE_PACK_LIMIT);
  });
  it('remembers who touched pictures, records, functions and evidence, and what endpoints refused, in both regions', () => {
    const text = JSON.stringify(eventSelectors(names, there));
    for (const part of [
      names.bucketArn(names.pictureBucket),
      names.bucketArn(names.trailBucket),
      names.tableArn(names.detectionLogsTable),
      names.tableArn(names.erasureLedgerTable),
      'AWS::Lambda::Function',
      'NetworkActivity',
      // After a failover as well.
      there.bucketArn(there.pictureBucket),
      there.tableArn(there.detectionLogsTable),
      there.tableArn(there.erasureLedgerTable),
      there.arn('lambda', 'function:serverlessapp-prod-'),
      there.topicArn('serverlessapp-prod-'),
    ])
      expect(text).toContain(part);
  });
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
  it('records of endpoints what they refused: the rest is in the data events already', () => {
    const network = eventSelectors(names, there).filter(({ fieldSelectors }) =>
      JSON.stringify(fieldSelectors).includes('NetworkActivity'),
    );
    expect(network).toHaveLength(2);
    for (const { fieldSelectors } of network)
      expect(fieldSelectors).toContainEqual({ field: 'errorCode', equalTo: ['VpceAccessDenied'] });
  });
  it('does not record the deliveries of the trail itself, which would never end', () => {
    const evidence = eventSelectors(names, there).find(({ name }) => name === 'WhoReadsEvidence');
    expect(evidence?.fieldSelectors).toContainEqual({ field: 'readOnly', equalTo: ['true'] });
  });
});
