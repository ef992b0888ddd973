import { dig, listOf } from '../proofs/model/dig';
import type { Resource } from '../proofs/model/resource';
import { type Check, type CheckContext, isPrimary, type SetCheck, unless } from './check';

const RECOVERY = ['NIST-800-53-R5:cp-9', 'SOC2:a_1_2', 'HIPAA:164_308_a_7_ii_a', 'GDPR:article_32'];
const IMMUTABLE = ['NIST-800-53-R5:au-9', 'PCI-4.0:10.3.2', 'SOC2:cc_7_2'];
const DELIVERY = ['NIST-800-53-R5:si-13', 'SOC2:pi_1_3'];

function lockProblems(bucket: Resource, { application }: CheckContext): string[] | undefined {
  const isEvidence = /-(trail|evidence)-/.test(bucket.text('BucketName'));
  if (!isEvidence || application === 'dev') return undefined;
  const retention = dig(bucket.property('ObjectLockConfiguration'), 'Rule', 'DefaultRetention');
  return [
    ...unless(bucket.property('ObjectLockEnabled') === true, 'Object Lock is off'),
    ...unless(dig(retention, 'Mode') === 'COMPLIANCE', 'its lock can be lifted by administrators'),
    ...unless(Number(dig(retention, 'Days')) >= 365, 'it keeps evidence for less than a year'),
  ];
}

const isDeadLetter = (arn: unknown): boolean => /^arn:aws:sqs:[^:]+:\d{12}:.+-dlq$/.test(String(arn));

/** The name of the queue that a mapping reads; none when it reads a stream. */
const queueOf = (mapping: Resource): string | undefined =>
  /^arn:aws:sqs:[^:]+:\d{12}:(.+)$/.exec(mapping.text('EventSourceArn'))?.[1];

/**
 * What stands by in the second region reads a queue, which keeps what arrives until a failover, and has an enabled twin in
 * the primary region, which does the work until then. A stream keeps nothing so long, and its mapping has no such excuse.
 */
const isStandby = (mapping: Resource, { set }: CheckContext): boolean =>
  queueOf(mapping) !== undefined &&
  set
    .context('AWS::Lambda::EventSourceMapping')
    .some((twin) => queueOf(twin) === queueOf(mapping) && twin.property('Enabled') !== false);

const isOn = (schedule: Resource): boolean => schedule.optionalText('State') !== 'DISABLED';

/** Whether a schedule's input, or the definition of the state machine that it starts, names the secret. */
function rotates(schedule: Resource, secret: Resource, set: CheckContext['set']): boolean {
  const target = schedule.property('Target');
  const machine = set
    .resources('AWS::StepFunctions::StateMachine')
    .find((each) => set.refOf(each) === dig(target, 'Arn') || set.arnOf(each) === dig(target, 'Arn'));
  const words = [dig(target, 'Input'), machine?.property('DefinitionString')].map((text) =>
    JSON.stringify(text ?? ''),
  );
  const name = secret.text('Name');
  return words.some((text) => new RegExp(`(?<![\\w/-])${name.replaceAll('.', '\\.')}(?![\\w/-])`).test(text));
}

/** Nothing is lost, and nothing that is evidence can be removed. */
export const RESILIENCE_CHECKS: readonly Check[] = [
  {
    id: 'evidence-locked',
    title: 'Evidence cannot be changed or removed before its time, by nobody.',
    controls: IMMUTABLE,
    types: ['AWS::S3::Bucket'],
    evaluate: lockProblems,
  },
  {
    id: 'vault-locked',
    title: 'Backups in production cannot be removed before their time, by nobody.',
    controls: [...RECOVERY, ...IMMUTABLE],
    types: ['AWS::Backup::BackupVault'],
    evaluate: (r, { application }) =>
      application === 'prod'
        ? [
            ...unless(
              Number(dig(r.property('LockConfiguration'), 'MinRetentionDays')) >= 7,
              'it has no minimum retention',
            ),
            ...unless(
              Number(dig(r.property('LockConfiguration'), 'ChangeableForDays')) >= 3,
              'its lock never becomes final',
            ),
          ]
        : undefined,
  },
  {
    id: 'table-recoverable',
    title: 'Tables can be restored to any second, and production tables cannot be deleted.',
    controls: RECOVERY,
    types: ['AWS::DynamoDB::GlobalTable'],
    evaluate: (r, { application }) =>
      r
        .list('Replicas')
        .flatMap((replica) => [
          ...unless(
            dig(replica, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true,
            'point-in-time recovery is off',
          ),
          ...unless(
            application === 'dev' || dig(replica, 'DeletionProtectionEnabled') === true,
            'it can be deleted',
          ),
        ]),
  },
  {
    id: 'bucket-expiry',
    title: 'Buckets expire objects, old versions and broken uploads.',
    controls: ['GDPR:article_5', 'NIST-800-53-R5:si-12', 'PCI-4.0:3.2.1'],
    types: ['AWS::S3::Bucket'],
    evaluate: (r) => {
      const rules = listOf(dig(r.property('LifecycleConfiguration'), 'Rules')).filter(
        (rule) => dig(rule, 'Status') === 'Enabled',
      );
      return [
        ...unless(
          rules.some((rule) => dig(rule, 'ExpirationInDays') !== undefined),
          'objects never expire',
        ),
        ...unless(
          rules.some((rule) => dig(rule, 'NoncurrentVersionExpiration') !== undefined),
          'old versions never expire',
        ),
      ];
    },
  },
  {
    id: 'function-failures-kept',
    title: 'Functions keep what they could not process, run on a current runtime, and cannot starve others.',
    controls: DELIVERY,
    types: ['AWS::Lambda::Function'],
    evaluate: (r) => [
      ...unless(
        isDeadLetter(dig(r.property('DeadLetterConfig'), 'TargetArn')),
        'it has no dead-letter queue',
      ),
      ...unless(
        /^nodejs2[24]\.x$/.test(r.text('Runtime')),
        `the runtime ${r.text('Runtime')} is not current`,
      ),
      ...unless(r.has('ReservedConcurrentExecutions'), 'it has no concurrency of its own'),
    ],
  },
  {
    id: 'queue-redrive',
    title: 'The intake queue hands over to a dead-letter queue.',
    controls: DELIVERY,
    types: ['AWS::SQS::Queue'],
    evaluate: (r) =>
      r.text('QueueName').endsWith('-dlq')
        ? unless(
            Number(r.property('MessageRetentionPeriod')) >= 1_209_600,
            'it forgets before two weeks are over',
          )
        : unless(
            isDeadLetter(dig(r.property('RedrivePolicy'), 'deadLetterTargetArn')),
            'it has no dead-letter queue',
          ),
  },
  {
    id: 'event-source-failures-kept',
    title: 'Event sources report single failures, and streams keep what failed.',
    controls: DELIVERY,
    types: ['AWS::Lambda::EventSourceMapping'],
    evaluate: (r, context) => [
      ...unless(
        r.list('FunctionResponseTypes').includes('ReportBatchItemFailures'),
        'one failure repeats the whole batch',
      ),
      ...unless(
        !r.has('StartingPosition') ||
          isDeadLetter(dig(r.property('DestinationConfig'), 'OnFailure', 'Destination')),
        'what failed is lost',
      ),
      ...unless(
        r.property('Enabled') !== false || isStandby(r, context),
        'it is disabled, and no twin in the primary region does its work',
      ),
    ],
  },
  {
    id: 'schedule-failures-kept',
    title: 'Schedules are on and keep what they could not deliver.',
    controls: DELIVERY,
    types: ['AWS::Scheduler::Schedule'],
    evaluate: (r) => [
      ...unless(
        isDeadLetter(dig(r.property('Target'), 'DeadLetterConfig', 'Arn')),
        'it has no dead-letter queue',
      ),
      ...unless(isOn(r), 'it is disabled'),
    ],
  },
  {
    id: 'secrets-rotate',
    title: 'Every secret has a schedule that is on and starts a workflow that rotates it.',
    controls: ['NIST-800-53-R5:ia-5', 'PCI-4.0:8.6.3'],
    types: ['AWS::SecretsManager::Secret'],
    evaluate: (r, { set }) =>
      unless(
        set
          .resources('AWS::Scheduler::Schedule')
          .some((schedule) => isOn(schedule) && rotates(schedule, r, set)),
        'no schedule that is on hands it to a workflow, or starts one that names it',
      ),
  },
];

/** What has to be there at all. */
export const RESILIENCE_SET_CHECKS: readonly SetCheck[] = [
  {
    id: 'backup-plan',
    title: 'A daily plan backs up the stores and copies them to the second region.',
    controls: RECOVERY,
    evaluate: (context) => {
      if (!isPrimary(context)) return undefined;
      const { set } = context;
      const rules = set
        .resources('AWS::Backup::BackupPlan')
        .flatMap((plan) => listOf(dig(plan.property('BackupPlan'), 'BackupPlanRule')));
      return [
        ...unless(rules.length > 0, 'there is no backup plan'),
        ...unless(
          rules.every((rule) => listOf(dig(rule, 'CopyActions')).length > 0),
          'backups stay in one region',
        ),
        ...unless(set.resources('AWS::Backup::BackupSelection').length > 0, 'nothing is selected for backup'),
      ];
    },
  },
];
