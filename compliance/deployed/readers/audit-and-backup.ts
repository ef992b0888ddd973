import {
  BackupClient,
  DescribeBackupVaultCommand,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  GetBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup';
import { CloudTrailClient, GetEventSelectorsCommand, GetTrailCommand } from '@aws-sdk/client-cloudtrail';
import {
  ConfigServiceClient,
  DescribeConfigRulesCommand,
  DescribeConfigurationRecordersCommand,
  DescribeDeliveryChannelsCommand,
  DescribeRemediationConfigurationsCommand,
} from '@aws-sdk/client-config-service';
import { GetAnalyzerCommand, AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer';
import { GetDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, nameIn } from '../aspect';
import { undefinedWhenMissing } from '../ask';
import { canonicalPolicy, parsed } from '../compare';
import { ACCESS, BACKUP, EVIDENCE, LOGGING, WATCHING } from '../controls';

const cloudTrail = callsOf(CloudTrailClient, 'cloudtrail');
const getTrail = cloudTrail(GetTrailCommand);
const getSelectors = cloudTrail(GetEventSelectorsCommand);
const config = callsOf(ConfigServiceClient, 'config');
const describeRules = config(DescribeConfigRulesCommand);
const describeRecorders = config(DescribeConfigurationRecordersCommand);
const describeChannels = config(DescribeDeliveryChannelsCommand);
const describeRemediation = config(DescribeRemediationConfigurationsCommand);
const backup = callsOf(BackupClient, 'backup');
const describeVault = backup(DescribeBackupVaultCommand);
const getVaultPolicy = backup(GetBackupVaultAccessPolicyCommand);
const getPlan = backup(GetBackupPlanCommand);
const getSelection = backup(GetBackupSelectionCommand);
const getAnalyzer = callsOf(AccessAnalyzerClient, 'access-analyzer')(GetAnalyzerCommand);
const getDetector = callsOf(GuardDutyClient, 'guardduty')(GetDetectorCommand);

type Properties = Readonly<Record<string, unknown>>;
const within = (properties: Properties, name: string): Properties => (properties[name] ?? {}) as Properties;

interface PlanRule {
  readonly RuleName?: string;
  readonly TargetBackupVault?: string;
  readonly TargetBackupVaultName?: string;
  readonly ScheduleExpression?: string;
  readonly StartWindowMinutes?: number;
  readonly CompletionWindowMinutes?: number;
  readonly Lifecycle?: object;
  readonly EnableContinuousBackup?: boolean;
  readonly CopyActions?: readonly {
    readonly DestinationBackupVaultArn?: string;
    readonly Lifecycle?: object;
  }[];
}
/** What AWS Backup does where a plan does not say. https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html */
const START_WINDOW_MINUTES = 8 * 60;
const COMPLETION_WINDOW_MINUTES = 7 * 24 * 60;

const planRule = (rule: PlanRule) => ({
  RuleName: rule.RuleName,
  Vault: rule.TargetBackupVault ?? rule.TargetBackupVaultName,
  ScheduleExpression: rule.ScheduleExpression,
  StartWindowMinutes: rule.StartWindowMinutes ?? START_WINDOW_MINUTES,
  CompletionWindowMinutes: rule.CompletionWindowMinutes ?? COMPLETION_WINDOW_MINUTES,
  Lifecycle: rule.Lifecycle,
  EnableContinuousBackup: rule.EnableContinuousBackup,
  CopyActions: rule.CopyActions?.map(({ DestinationBackupVaultArn, Lifecycle }) => ({
    DestinationBackupVaultArn,
    Lifecycle,
  })),
});

export const AUDIT_AND_BACKUP: readonly Aspect[] = [
  {
    rule: 'trail-settings',
    title: 'The trail covers, validates, encrypts and delivers as its template says.',
    controls: LOGGING,
    types: ['AWS::CloudTrail::Trail'],
    calls: [getTrail],
    properties: [
      'S3BucketName',
      'KMSKeyId',
      'IsMultiRegionTrail',
      'IncludeGlobalServiceEvents',
      'IsOrganizationTrail',
      'EnableLogFileValidation',
      'CloudWatchLogsLogGroupArn',
      'CloudWatchLogsRoleArn',
    ],
    read: async (ask, resource) => {
      const Name = nameIn(resource, 'TrailName');
      const found = (await undefinedWhenMissing(ask(getTrail, { Name }), 'TrailNotFound'))?.Trail;
      return (
        found && {
          ...found,
          KMSKeyId: found.KmsKeyId,
          EnableLogFileValidation: found.LogFileValidationEnabled,
        }
      );
    },
  },
  {
    rule: 'trail-selectors',
    title: 'The trail records the events that its template names.',
    controls: LOGGING,
    types: ['AWS::CloudTrail::Trail'],
    calls: [getSelectors],
    properties: ['AdvancedEventSelectors', 'EventSelectors'],
    read: async (ask, resource) => {
      const TrailName = nameIn(resource, 'TrailName');
      const found = await undefinedWhenMissing(ask(getSelectors, { TrailName }), 'TrailNotFound');
      return (
        found && {
          AdvancedEventSelectors: found.AdvancedEventSelectors,
          EventSelectors: found.EventSelectors,
        }
      );
    },
  },
  {
    rule: 'config-recorder',
    title: 'AWS Config records the kinds of resources that the template names, with the role that it names.',
    controls: WATCHING,
    types: ['AWS::Config::ConfigurationRecorder'],
    calls: [describeRecorders],
    properties: ['RoleARN', 'ResourceTypes', 'AllSupported', 'RecordingFrequency', 'RecordingModeOverrides'],
    defaults: { RecordingFrequency: 'CONTINUOUS' },
    expected: ({ properties }) => ({
      RoleARN: properties['RoleARN'],
      ...within(properties, 'RecordingGroup'),
      ...within(properties, 'RecordingMode'),
    }),
    read: async (ask, { properties, physicalId }) => {
      const found = (await ask(describeRecorders, {})).ConfigurationRecorders?.find(
        ({ name }) => name === (properties['Name'] ?? physicalId),
      );
      return (
        found && {
          RoleARN: found.roleARN,
          ResourceTypes: found.recordingGroup?.resourceTypes,
          AllSupported: found.recordingGroup?.allSupported,
          RecordingFrequency: found.recordingMode?.recordingFrequency ?? 'CONTINUOUS',
          RecordingModeOverrides: found.recordingMode?.recordingModeOverrides,
        }
      );
    },
  },
  {
    rule: 'config-channel',
    title: 'AWS Config delivers to the bucket that the template names.',
    controls: EVIDENCE,
    types: ['AWS::Config::DeliveryChannel'],
    calls: [describeChannels],
    properties: ['S3BucketName', 'S3KmsKeyArn', 'SnsTopicARN'],
    read: async (ask, { properties, physicalId }) => {
      const found = (await ask(describeChannels, {})).DeliveryChannels?.find(
        ({ name }) => name === (properties['Name'] ?? physicalId),
      );
      return (
        found && {
          S3BucketName: found.s3BucketName,
          S3KmsKeyArn: found.s3KmsKeyArn,
          SnsTopicARN: found.snsTopicARN,
        }
      );
    },
  },
  {
    rule: 'config-rule',
    title: 'The AWS Config rule asks for what its template says, and is active.',
    controls: WATCHING,
    types: ['AWS::Config::ConfigRule'],
    calls: [describeRules],
    properties: [
      'Owner',
      'SourceIdentifier',
      'InputParameters',
      'ComplianceResourceTypes',
      'State',
      'PolicyText',
    ],
    expected: ({ properties }) => {
      const source = within(properties, 'Source');
      const { InputParameters } = properties;
      return {
        Owner: source['Owner'],
        SourceIdentifier: source['SourceIdentifier'],
        InputParameters: typeof InputParameters === 'string' ? parsed(InputParameters) : InputParameters,
        ComplianceResourceTypes: within(properties, 'Scope')['ComplianceResourceTypes'],
        State: 'ACTIVE',
      };
    },
    read: async (ask, resource) => {
      const ConfigRuleName = nameIn(resource, 'ConfigRuleName');
      const answer = await undefinedWhenMissing(
        ask(describeRules, { ConfigRuleNames: [ConfigRuleName] }),
        'NoSuchConfigRule',
      );
      const found = answer?.ConfigRules?.[0];
      return (
        found && {
          Owner: found.Source?.Owner,
          SourceIdentifier: found.Source?.SourceIdentifier,
          InputParameters: found.InputParameters === undefined ? undefined : parsed(found.InputParameters),
          ComplianceResourceTypes: found.Scope?.ComplianceResourceTypes,
          State: found.ConfigRuleState,
        }
      );
    },
  },
  {
    rule: 'config-remediation',
    title: 'AWS Config fixes what it finds as the template says.',
    controls: WATCHING,
    types: ['AWS::Config::RemediationConfiguration'],
    calls: [describeRemediation],
    properties: ['TargetId', 'Automatic'],
    read: async (ask, { properties }) => {
      const found = await ask(describeRemediation, {
        ConfigRuleNames: [String(properties['ConfigRuleName'])],
      });
      const configuration = found.RemediationConfigurations?.[0];
      return configuration && { TargetId: configuration.TargetId, Automatic: configuration.Automatic };
    },
  },
  {
    rule: 'backup-vault',
    title: 'The vault is encrypted and locked as its template says.',
    controls: BACKUP,
    types: ['AWS::Backup::BackupVault'],
    calls: [describeVault],
    properties: ['EncryptionKeyArn', 'Locked', 'MinRetentionDays', 'MaxRetentionDays'],
    expected: ({ properties }) => {
      const lock = properties['LockConfiguration'] as Properties | undefined;
      return {
        EncryptionKeyArn: properties['EncryptionKeyArn'],
        Locked: lock !== undefined,
        MinRetentionDays: lock?.['MinRetentionDays'],
        MaxRetentionDays: lock?.['MaxRetentionDays'],
      };
    },
    read: async (ask, { properties }) => {
      const BackupVaultName = String(properties['BackupVaultName']);
      return (await undefinedWhenMissing(
        ask(describeVault, { BackupVaultName }),
        'ResourceNotFound',
        // A vault that is not there and one that may not be seen are answered alike.
      )) as Properties | undefined;
    },
  },
  {
    rule: 'backup-vault-policy',
    title: "The vault's policy is that of its template.",
    controls: ACCESS,
    types: ['AWS::Backup::BackupVault'],
    calls: [getVaultPolicy],
    properties: ['AccessPolicy'],
    expected: ({ properties }) => ({ AccessPolicy: canonicalPolicy(properties['AccessPolicy']) }),
    read: async (ask, { properties }) => {
      const BackupVaultName = String(properties['BackupVaultName']);
      const found = await undefinedWhenMissing(ask(getVaultPolicy, { BackupVaultName }), 'ResourceNotFound');
      return { AccessPolicy: canonicalPolicy(found?.Policy) };
    },
  },
  {
    rule: 'backup-plan',
    title: 'Backups are made, kept and copied as the template says.',
    controls: BACKUP,
    types: ['AWS::Backup::BackupPlan'],
    calls: [getPlan],
    properties: ['Rules'],
    expected: ({ properties }) => ({
      Rules: (within(properties, 'BackupPlan')['BackupPlanRule'] as PlanRule[]).map(planRule),
    }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(
        ask(getPlan, { BackupPlanId: physicalId }),
        'ResourceNotFound',
      );
      return found?.BackupPlan && { Rules: ((found.BackupPlan.Rules ?? []) as PlanRule[]).map(planRule) };
    },
  },
  {
    rule: 'backup-selection',
    title: 'The plan backs up the stores that its template names.',
    controls: BACKUP,
    types: ['AWS::Backup::BackupSelection'],
    calls: [getSelection],
    properties: ['IamRoleArn', 'Resources', 'NotResources'],
    expected: ({ properties }) => within(properties, 'BackupSelection'),
    read: async (ask, { physicalId, properties }) => {
      const BackupPlanId = String(properties['BackupPlanId']);
      // The physical id names the plan as well, joined by a sign.
      const SelectionId = physicalId.split(/[_|]/).find((part) => part !== BackupPlanId);
      const found = await undefinedWhenMissing(
        ask(getSelection, { SelectionId, BackupPlanId }),
        'ResourceNotFound',
      );
      return found?.BackupSelection as Properties | undefined;
    },
  },
  {
    rule: 'access-analyzer',
    title: 'The analyzer looks for access from outside, and is active.',
    controls: WATCHING,
    types: ['AWS::AccessAnalyzer::Analyzer'],
    calls: [getAnalyzer],
    properties: ['Type', 'Status'],
    expected: ({ properties }) => ({ Type: properties['Type'], Status: 'ACTIVE' }),
    read: async (ask, { properties }) => {
      const analyzerName = String(properties['AnalyzerName']);
      const found = (await undefinedWhenMissing(ask(getAnalyzer, { analyzerName }), 'ResourceNotFound'))
        ?.analyzer;
      return found && { Type: found.type, Status: found.status };
    },
  },
  {
    rule: 'threat-detector',
    title: 'The detector is enabled.',
    controls: WATCHING,
    types: ['AWS::GuardDuty::Detector'],
    calls: [getDetector],
    properties: ['Status'],
    expected: () => ({ Status: 'ENABLED' }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(getDetector, { DetectorId: physicalId }), 'BadRequest');
      return found && { Status: found.Status };
    },
  },
];
