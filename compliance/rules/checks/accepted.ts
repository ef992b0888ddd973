import { dig, listOf } from '../proofs/model/dig';
import { alarmsInRule } from '../proofs/model/alarm-rule';
import { arnBeside } from '../proofs/model/identifiers';
import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';
import { isRecord } from '../../is-record';
import { type Check, unless } from './check';

/** The attribute that the code writes; test/unit/compliance/accepted.test.ts holds it against the records. */
export const RECORDS_EXPIRE_BY = 'ExpiresAt';

type Evaluate = (resource: Resource, set: TemplateSet) => readonly string[];

/** The function that an ARN, with or without its alias, or a name stands for. */
const functionBehind = (mapping: Resource, set: TemplateSet): Resource | undefined =>
  set
    .resources('AWS::Lambda::Function')
    .find(
      (fn) =>
        fn.region === mapping.region && `:${mapping.text('FunctionName')}:`.includes(`:${set.refOf(fn)}:`),
    );

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html and services-sqs-scaling.html */
const mappingProblems: Evaluate = (mapping, set) => {
  const source = mapping.text('EventSourceArn');
  const fn = functionBehind(mapping, set);
  const queue = set.resources('AWS::SQS::Queue').find((each) => set.arnOf(each) === source);
  const [table = ''] = source.split('/stream/');
  const read = set.resources('AWS::DynamoDB::GlobalTable').find((each) => set.arnOf(each) === table);
  const most = Number(dig(mapping.property('ScalingConfig'), 'MaximumConcurrency') ?? 0);
  return [
    ...(queue && fn
      ? unless(
          Number(queue.property('VisibilityTimeout') ?? 30) >= Number(fn.property('Timeout') ?? 3),
          'its queue shows a message again before the function ends: Lambda refuses it',
        )
      : []),
    ...(fn?.has('ReservedConcurrentExecutions')
      ? unless(
          most <= Number(fn.property('ReservedConcurrentExecutions')),
          `it calls up to ${most} at once, more than the function may run: the rest is throttled`,
        )
      : []),
    ...(read ? unless(read.has('StreamSpecification'), 'its table writes no stream') : []),
  ];
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html: zero stops a function. */
const functionProblems: Evaluate = (fn) =>
  unless(
    fn.property('ReservedConcurrentExecutions') !== 0,
    'it may never run: its reserved concurrency is zero',
  );

const namesOf = (keySchema: unknown): unknown[] => listOf(keySchema).map((key) => dig(key, 'AttributeName'));

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
const tableProblems: Evaluate = (table) => {
  const defined = namesOf(table.property('AttributeDefinitions'));
  const schemas = [
    table.property('KeySchema'),
    ...listOf(table.property('GlobalSecondaryIndexes')).map((index) => dig(index, 'KeySchema')),
    ...listOf(table.property('LocalSecondaryIndexes')).map((index) => dig(index, 'KeySchema')),
  ];
  const used = schemas.flatMap(namesOf);
  const fields = schemas.flatMap(listOf).flatMap((key) => (isRecord(key) ? Object.keys(key) : []));
  const unknown = fields.filter((name) => !['AttributeName', 'KeyType'].includes(name));
  const expiry = dig(table.property('TimeToLiveSpecification'), 'AttributeName');
  const records = table.optionalText('TableName')?.endsWith('-DetectionLogs') === true;
  return [
    ...unless(
      used.every((name) => typeof name === 'string' && defined.includes(name)),
      'a key names an attribute that is not defined',
    ),
    ...unless(
      defined.every((name) => used.includes(name)),
      'an attribute is defined that no key uses',
    ),
    ...unknown.map((name) => `its keys have no ${name}`),
    ...(records
      ? unless(
          expiry === RECORDS_EXPIRE_BY,
          `records expire by ${RECORDS_EXPIRE_BY}, which it does not look at`,
        )
      : []),
  ];
};

/** https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html */
const planProblems: Evaluate = (plan, set) => {
  const shortest = (vault: string): number =>
    Math.max(
      0,
      ...[...set.resources('AWS::Backup::BackupVault'), ...set.context('AWS::Backup::BackupVault')]
        .filter((each) =>
          [each.text('BackupVaultName'), set.attributeOf(each, 'BackupVaultArn')].includes(vault),
        )
        .map((each) => Number(dig(each.property('LockConfiguration'), 'MinRetentionDays') ?? 0)),
    );
  return listOf(dig(plan.property('BackupPlan'), 'BackupPlanRule')).flatMap((rule) =>
    [
      [dig(rule, 'TargetBackupVault'), dig(rule, 'Lifecycle')] as const,
      ...listOf(dig(rule, 'CopyActions')).map(
        (copy) => [dig(copy, 'DestinationBackupVaultArn'), dig(copy, 'Lifecycle')] as const,
      ),
    ].flatMap(([vault, lifecycle]) =>
      unless(
        Number(dig(lifecycle, 'DeleteAfterDays') ?? Infinity) >= shortest(String(vault)),
        `${String(vault)} takes no backup that is kept for so short a time`,
      ),
    ),
  );
};

/** Where a state keeps data, or states of its own: what is called `Next` there is no way on. */
const NO_WAY_ON = [
  'Arguments',
  'Assign',
  'Branches',
  'ItemProcessor',
  'ItemSelector',
  'Output',
  'Parameters',
];

/** Names of states that something goes on to. */
function nextOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(nextOf);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (NO_WAY_ON.includes(name)) return [];
    return (name === 'Next' || name === 'Default') && typeof inner === 'string' ? [inner] : nextOf(inner);
  });
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html, and what each branch holds. */
function flowProblems(definition: unknown): string[] {
  const states = dig(definition, 'States');
  const names = isRecord(states) ? Object.keys(states) : [];
  const inner = isRecord(states)
    ? Object.values(states).flatMap((state) => [
        ...listOf(dig(state, 'Branches')),
        ...[dig(state, 'ItemProcessor')].filter((processor) => processor !== undefined),
      ])
    : [];
  return [
    ...[dig(definition, 'StartAt'), ...nextOf(states)]
      .filter((name) => typeof name !== 'string' || !names.includes(name))
      .map((name) => `it goes on to ${String(name)}, and has no such state`),
    ...inner.flatMap(flowProblems),
  ];
}

const workflowProblems: Evaluate = (machine) => {
  try {
    return flowProblems(JSON.parse(machine.text('DefinitionString')));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return ['its definition is no JSON'];
  }
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
const compositeProblems: Evaluate = (alarm, set) => {
  const known = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
    .flatMap((type) => set.resources(type))
    .flatMap((each) => [
      each.text('AlarmName'),
      arnBeside(each, 'cloudwatch', `alarm:${each.text('AlarmName')}`),
    ]);
  return alarmsInRule(alarm.text('AlarmRule'))
    .filter((name) => !known.includes(name))
    .map((name) => `it watches ${name}, and there is no such alarm`);
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html */
const usagePlanProblems: Evaluate = (plan) =>
  unless(plan.list('ApiStages').length > 0, 'it is of no stage: its keys open nothing');

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html */
const deploymentProblems: Evaluate = (deployment, set) => {
  const awaited = [deployment.raw['DependsOn'] ?? []].flat();
  const methods = set
    .resources('AWS::ApiGateway::Method')
    .filter(
      (method) =>
        method.stackName === deployment.stackName &&
        method.text('RestApiId') === deployment.text('RestApiId'),
    );
  return methods
    .filter(({ logicalId }) => !awaited.includes(logicalId))
    .map(({ logicalId }) => `it does not wait for ${logicalId}, which may be missing in what is deployed`);
};

const asksFor = (rule: Resource, bucket: string): boolean =>
  listOf(dig(rule.property('EventPattern'), 'detail', 'bucket', 'name')).includes(bucket);

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const bucketProblems: Evaluate = (bucket, set) => {
  const told = dig(bucket.property('NotificationConfiguration'), 'EventBridgeConfiguration');
  const name = bucket.optionalText('BucketName') ?? '';
  const late = listOf(dig(bucket.property('LifecycleConfiguration'), 'Rules')).filter((rule) =>
    listOf(dig(rule, 'Transitions')).some(
      (move) => Number(dig(move, 'TransitionInDays')) >= Number(dig(rule, 'ExpirationInDays') ?? Infinity),
    ),
  );
  return [
    ...(set.resources('AWS::Events::Rule').some((rule) => asksFor(rule, name))
      ? unless(told !== undefined, 'rules wait for its events, and it sends EventBridge none')
      : []),
    ...late.map((rule) => `${String(dig(rule, 'Id'))} moves objects when they are gone: S3 refuses it`),
  ];
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_AssociateFirewallRuleGroup.html */
const firewallProblems: Evaluate = (association) => {
  const priority = Number(association.property('Priority'));
  return unless(priority > 100 && priority < 9900, `AWS keeps priority ${priority} for itself`);
};

const EVALUATES: Readonly<Record<string, Evaluate>> = {
  'AWS::ApiGateway::Deployment': deploymentProblems,
  'AWS::ApiGateway::UsagePlan': usagePlanProblems,
  'AWS::Backup::BackupPlan': planProblems,
  'AWS::CloudWatch::CompositeAlarm': compositeProblems,
  'AWS::DynamoDB::GlobalTable': tableProblems,
  'AWS::Lambda::EventSourceMapping': mappingProblems,
  'AWS::Lambda::Function': functionProblems,
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': firewallProblems,
  'AWS::S3::Bucket': bucketProblems,
  'AWS::StepFunctions::StateMachine': workflowProblems,
};

/** What AWS refuses although every value by itself is one that it has, and what it takes and then does nothing with. */
export const ACCEPTED_CHECKS: readonly Check[] = [
  {
    id: 'accepted-and-does-something',
    title: 'AWS takes the resource together with those that it works with, and it does what it is there for.',
    controls: ['NIST-800-53-R5:cm-6', 'NIST-800-53-R5:si-10', 'SOC2:cc_8_1'],
    types: Object.keys(EVALUATES),
    evaluate: (resource, { set }) => EVALUATES[resource.type]?.(resource, set),
  },
];
