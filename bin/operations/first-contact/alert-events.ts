import {
  AccessAnalyzerClient,
  StartResourceScanCommand,
  paginateListAnalyzers,
} from '@aws-sdk/client-accessanalyzer';
import { BackupClient, StartCopyJobCommand, StopBackupJobCommand } from '@aws-sdk/client-backup';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConfigServiceClient,
  DescribeConfigRulesCommand,
  StartConfigRulesEvaluationCommand,
} from '@aws-sdk/client-config-service';
import {
  ArchiveFindingsCommand,
  CreateSampleFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  paginateListFindings,
} from '@aws-sdk/client-guardduty';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { isError } from '../../../tools/aws/why-not-answered';
import {
  type AccountContext,
  type ContactContext,
  eventually,
  type Exercise,
  evaluated,
  notShown,
  type Seen,
  settingsOf,
  takenAway,
} from './exercise';
import { newestRecoveryPoint, startLedgerBackup } from './rotations-and-backups';

const REASON = 'first contact: shows that the event reaches its topic';

/** Whether a rule handed an event on since then, and nothing of it failed. */
async function handedOn(context: ContactContext, rule: string, since: Date): Promise<Seen> {
  const client = new CloudWatchClient(settingsOf(context));
  const sum = async (MetricName: string): Promise<number> => {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Events',
        MetricName,
        Dimensions: [{ Name: 'RuleName', Value: context.names.of(rule) }],
        StartTime: since,
        EndTime: new Date(context.now().getTime() + 60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  const invoked = await eventually(context, async () => (await sum('Invocations')) || undefined);
  const failed = await sum('FailedInvocations');
  return evaluated(
    invoked !== undefined && failed === 0,
    `the rule ${context.names.of(rule)} handed on ${invoked ?? 0} events, ${failed} of them failed`,
  );
}

const EXPECTED = 'the rule hands on one event, without a failure';

/**
 * An event of a service that an exercise causes, and the rule that waits for it.
 * @param source - who sends it, for the table
 */
const eventOf = (
  rule: string,
  source: string,
  {
    cause,
    ...rest
  }: Pick<Exercise, 'does' | 'cost' | 'leaves' | 'mark' | 'cleanUp'> & {
    /** @returns why it cannot be caused; nothing when it was */
    readonly cause: (context: ContactContext) => Promise<Seen | undefined>;
  },
): Exercise => ({
  id: `event-${rule}`,
  edge: `${source} → EventBridge rule → SNS alert topic`,
  contracts: ['event-rule-publishes-to-topic'],
  expected: EXPECTED,
  needsAws: 'it sends no events of its services to EventBridge, and keeps no metrics of rules',
  ...rest,
  run: async (context) => {
    const since = context.now();
    return (await cause(context)) ?? handedOn(context, rule, since);
  },
});

/** A type that no account of dev has by itself, so that only our own sample is put away. */
const SAMPLE = 'Policy:S3/BucketAnonymousAccessGranted';

async function detector(client: GuardDutyClient): Promise<string | undefined> {
  const { DetectorIds: [DetectorId] = [] } = await client.send(new ListDetectorsCommand({}));
  return DetectorId;
}

const topicOf = ({ names }: AccountContext): string => names.topicArn(names.of('first-contact-plain'));
const openRole = ({ names }: AccountContext): string => names.role('first-contact-open');

/** AWS's own events, each caused once without harm, and each rule that waits for one. */
export const ALERT_EVENTS: readonly Exercise[] = [
  eventOf('backup-job-failed', 'AWS Backup', {
    does: 'starts a backup of the erasure ledger and stops it at once',
    cost: 'below 0.01 $',
    mark: { name: 'StopBackupJob' },
    cause: async (context) => {
      const BackupJobId = await startLedgerBackup(context);
      await new BackupClient(settingsOf(context)).send(new StopBackupJobCommand({ BackupJobId }));
      return undefined;
    },
  }),
  eventOf('key-rotation-failed', 'Step Functions', {
    does: 'starts the rotation of the cursor key and stops it at once; the key in use stays good',
    cost: 'below 0.01 $',
    mark: { name: 'StopExecution' },
    cause: async (context) => {
      const { names } = context;
      const { Target } = await new SchedulerClient(settingsOf(context)).send(
        new GetScheduleCommand({ GroupName: names.scheduleGroup, Name: names.cursorKeyRotation }),
      );
      const client = new SFNClient(settingsOf(context));
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn: Target?.Arn, input: Target?.Input ?? '{}' }),
      );
      await client.send(new StopExecutionCommand({ executionArn, cause: REASON }));
      return undefined;
    },
  }),
  eventOf('threat-found', 'GuardDuty', {
    does: 'has GuardDuty make one sample finding, marked as such, and archives it',
    cost: 'nothing',
    leaves: 'the archived sample, for 90 days',
    mark: { name: 'CreateSampleFindings' },
    cause: async (context) => {
      const client = new GuardDutyClient(settingsOf(context));
      const DetectorId = await detector(client);
      if (DetectorId === undefined) return notShown('the account has no detector; the organisation runs it');
      await client.send(new CreateSampleFindingsCommand({ DetectorId, FindingTypes: [SAMPLE] }));
      return undefined;
    },
    cleanUp: async (context) => {
      const client = new GuardDutyClient(settingsOf(context));
      const DetectorId = await detector(client);
      if (DetectorId === undefined) return [];
      const FindingIds: string[] = [];
      for await (const page of paginateListFindings(
        { client },
        {
          DetectorId,
          FindingCriteria: {
            Criterion: {
              'service.archived': { Equals: ['false'] },
              'service.additionalInfo.sample': { Equals: ['true'] },
              type: { Equals: [SAMPLE] },
            },
          },
        },
      ))
        FindingIds.push(...(page.FindingIds ?? []));
      if (FindingIds.length > 0) await client.send(new ArchiveFindingsCommand({ DetectorId, FindingIds }));
      return FindingIds.map((id) => `sample finding ${id}`);
    },
  }),
  eventOf('backup-copy-failed', 'AWS Backup, copies', {
    does: 'has the newest recovery point of the erasure ledger copied to the second region by the role of restores, which may not',
    cost: 'nothing',
    mark: { name: 'StartCopyJob' },
    cause: async (context) => {
      const { names, config } = context;
      const newest = await newestRecoveryPoint(context);
      if (newest === undefined) return notShown('the erasure ledger has no recovery point yet');
      await new BackupClient(settingsOf(context)).send(
        new StartCopyJobCommand({
          RecoveryPointArn: newest,
          SourceBackupVaultName: names.backupVault,
          DestinationBackupVaultArn: names.backupVaultArn(config.drRegion),
          IamRoleArn: names.roleArn('restore'),
          Lifecycle: { DeleteAfterDays: 7 },
        }),
      );
      return undefined;
    },
  }),
  eventOf('rule-not-compliant', 'AWS Config', {
    does: 'makes a topic without a key that nobody uses, has the rule on topics look, and deletes the topic',
    cost: 'below 0.01 $; takes some minutes',
    mark: { name: 'StartConfigRulesEvaluation' },
    cause: async (context) => {
      const config = new ConfigServiceClient(settingsOf(context));
      const ConfigRuleNames = [context.names.of('sns-encrypted-kms')];
      try {
        await config.send(new DescribeConfigRulesCommand({ ConfigRuleNames }));
      } catch (error) {
        if (!isError(error, 'NoSuchConfigRule')) throw error;
        return notShown(
          `the account has no rule ${ConfigRuleNames.join()}; the organisation runs AWS Config`,
        );
      }
      await new SNSClient(settingsOf(context)).send(
        new CreateTopicCommand({ Name: topicOf(context).split(':').at(-1) }),
      );
      await config.send(new StartConfigRulesEvaluationCommand({ ConfigRuleNames }));
      return undefined;
    },
    cleanUp: async (context) => {
      const TopicArn = topicOf(context);
      // SNS answers alike whether the topic was there, so that only AWS Config's record tells of it.
      await new SNSClient(settingsOf(context)).send(new DeleteTopicCommand({ TopicArn }));
      return [];
    },
  }),
  eventOf('external-access-found', 'IAM Access Analyzer', {
    does: 'makes a role that may do nothing and that another account could take only with an id that nobody is told, has the analyzer look at it, and deletes it',
    cost: 'nothing; takes up to half an hour',
    mark: { name: 'StartResourceScan' },
    cause: async (context) => {
      const { names, config } = context;
      const client = new AccessAnalyzerClient(settingsOf(context));
      let analyzerArn: string | undefined;
      for await (const { analyzers = [] } of paginateListAnalyzers({ client }, { type: 'ACCOUNT' }))
        analyzerArn ??= analyzers.find(({ status }) => status === 'ACTIVE')?.arn;
      if (analyzerArn === undefined) return notShown('the account has no analyzer; the organisation runs it');
      const { Role } = await new IAMClient(settingsOf(context)).send(
        new CreateRoleCommand({
          RoleName: openRole(context),
          Description: 'First contact: may do nothing; is deleted',
          PermissionsBoundary: names.permissionsBoundaryArn,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: '*' },
                Action: 'sts:AssumeRole',
                Condition: { StringEquals: { 'sts:ExternalId': randomUUID() } },
              },
            ],
          }),
        }),
      );
      await client.send(
        new StartResourceScanCommand({
          analyzerArn,
          resourceArn: Role?.Arn ?? `arn:aws:iam::${config.account}:role/${openRole(context)}`,
        }),
      );
      return undefined;
    },
    cleanUp: (context) => {
      const RoleName = openRole(context);
      return takenAway(
        `role ${RoleName}`,
        () => new IAMClient(settingsOf(context)).send(new DeleteRoleCommand({ RoleName })),
        'NoSuchEntity',
      );
    },
  }),
  {
    id: 'event-service-event',
    edge: 'AWS Health → EventBridge rule → SNS alert topic',
    contracts: [],
    expected: EXPECTED,
    does: 'nothing: AWS alone raises such an event, and nobody else may send one in its name',
    cost: 'nothing',
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
    run: () => Promise.resolve(notShown('AWS alone raises it; the first real one is the measurement')),
  },
];
