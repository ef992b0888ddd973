import { listOf } from '../rules/proofs/model/dig';
import type { Contracts } from '../rules/contracts/load';
import { loadCommands, type RunbookCommand } from '../rules/contracts/command-schema';
import { proveContracts } from '../rules/contracts/prove-contracts';
import { namedCommands } from '../rules/contracts/runbook-text';
import { byApplication } from '../rules/proofs/prove';
import type { StackTemplate } from '../rules/proofs/model/template';
import type { VerdictRow } from '../verdict-row';
import { findingsOf, newFinding } from './catchers';
import type { ConfigurationMutant } from './configuration-mutants';
import { adding, drop, type Mutant, onResources, type RawStack } from './mutant';
import { isForService, onStatements, type Statement, STORES } from './statements';

const HOLDERS = [...STORES, 'AWS::KMS::Key', 'AWS::IAM::Role'];
const isGrant = (statement: Statement): boolean => statement['Effect'] === 'Allow' && isForService(statement);

type Block = Record<string, Record<string, unknown>>;
const conditionOf = (statement: Statement): Block => (statement['Condition'] ?? {}) as Block;

/** A condition that holds for no request: what it asks for comes with another value, or does not come. */
const withOtherValues = (condition: Block): Block =>
  Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator.replace('IfExists', ''),
      Object.fromEntries(Object.keys(keys).map((key) => [key, 'arn:aws:sns:us-east-1:777788889999:other'])),
    ]),
  );

/** Each action of each grant to a service, taken away by itself. */
const withoutAction = (stacks: readonly RawStack[]): Mutant[] => {
  const most = 8;
  return Array.from({ length: most }, (_, position) => position).flatMap((position) =>
    onStatements(
      stacks,
      'action that a service needs taken away',
      HOLDERS,
      (s) => isGrant(s) && listOf(s['Action']).length > position,
      (s, all, index) => {
        const actions = listOf(s['Action']).filter((_action, at) => at !== position);
        if (actions.length === 0) all.splice(index, 1);
        else s['Action'] = actions;
      },
    ).map((mutant) => ({ ...mutant, name: `${mutant.name}, action ${position + 1}` })),
  );
};

/** The first of each name: both regions have statements of the same names. */
const oncePerName = (mutants: readonly Mutant[]): Mutant[] => [
  ...new Map(mutants.map((mutant) => [mutant.name.split(', ').at(-1), mutant] as const)).values(),
];

const grantOf = (sid: string, action: string, resource: string, condition?: Block) => ({
  Sid: sid,
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});
const granted = (stacks: readonly RawStack[], kind: string, statement: Statement): Mutant[] =>
  onResources(
    stacks,
    kind,
    ['AWS::IAM::ManagedPolicy'],
    ({ PolicyDocument }) => (PolicyDocument as { Statement: unknown[] }).Statement.push(statement) > 0,
    'first of each type',
  );

/** Mistakes at the edges between resources, where only AWS's word tells what is right. */
export const contractMutants = (stacks: readonly RawStack[]): Mutant[] => [
  ...withoutAction(stacks),
  ...onStatements(stacks, 'condition key that the service does not send', HOLDERS, isGrant, (s) => {
    const condition = conditionOf(s);
    s['Condition'] = {
      ...condition,
      StringEquals: { ...condition['StringEquals'], 'aws:SourceVpc': 'vpc-0f8fad5b' },
    };
  }),
  ...oncePerName(
    onStatements(
      stacks,
      'condition key with another value than the service sends',
      HOLDERS,
      (s) => isGrant(s) && Object.keys(conditionOf(s)).length > 0,
      (s) => {
        s['Condition'] = withOtherValues(conditionOf(s));
      },
    ),
  ),
  ...oncePerName(
    onStatements(stacks, 'service misspelt', HOLDERS, isGrant, (s) => {
      s['Principal'] = { Service: 'event.amazonaws.com' };
    }),
  ),
  ...onResources(stacks, 'edge of which no contract speaks', ['AWS::Events::Rule'], (properties) => {
    properties['RoleArn'] = 'arn:aws:iam::777788889999:role/serverlessapp-prod-backup-role';
    return true;
  }),
  ...adding(stacks, 'resource type of which no contract speaks', 'AWS::SNS::Topic', () => ({
    Stream: { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: {} },
  })),
  ...onResources(
    stacks,
    'topic to which nobody is subscribed',
    ['AWS::SNS::Topic'],
    (_properties, _resource, topic, { Resources }) => {
      const of = Object.keys(Resources).filter(
        (id) =>
          Resources[id]?.Type === 'AWS::SNS::Subscription' &&
          JSON.stringify(Resources[id].Properties['TopicArn']).includes(topic),
      );
      for (const id of of) Reflect.deleteProperty(Resources, id);
      return of.length > 0;
    },
  ),
  ...onResources(
    stacks,
    'alarm that tells nobody',
    ['AWS::CloudWatch::CompositeAlarm'],
    (properties) => drop(properties, 'AlarmActions'),
    'first of each type',
  ),
  ...granted(
    stacks,
    'action where AWS does not authorize it',
    grantOf(
      'ByAlias',
      'states:StartSyncExecution',
      'arn:aws:states:us-east-1:777788889999:stateMachine:x:live',
    ),
  ),
  ...granted(
    stacks,
    'action that AWS does not know',
    grantOf('Mistyped', 's3:DeleteBucketPublicAccessBlock', '*'),
  ),
  ...granted(
    stacks,
    'condition key that never comes with the action',
    grantOf('ByOtherKey', 'sqs:SendMessage', '*', { StringEquals: { 's3:x-amz-acl': 'private' } }),
  ),
];

/** Commands of the runbooks given to somebody who may not run them, or entered nowhere. */
export function commandMutants(
  stacks: readonly StackTemplate[],
  stage: string,
  contracts: Contracts,
): ConfigurationMutant[] {
  const named = namedCommands();
  const all = loadCommands();
  const evaluate = (entries: readonly RunbookCommand[], told = named) => {
    const { rows } = proveContracts(byApplication([...stacks]), stage, contracts, {
      entries,
      named: told,
    }).result;
    return newFinding('service-contracts', rows, before());
  };
  let clean: ReadonlySet<string> | undefined;
  const before = () =>
    (clean ??= findingsOf(proveContracts(byApplication([...stacks]), stage, contracts).result.rows));
  const wrongly = 'command told to a role that may not run it';
  const missing = 'command of which nobody says what it asks for';
  return all
    .filter(({ by }) => by === 'operator' || by === 'break-glass')
    .flatMap((entry) => [
      {
        kind: wrongly,
        name: `${wrongly}: aws ${entry.command}`,
        run: () => {
          const by = 'auditor' as const;
          return evaluate(
            all.map((each) => (each === entry ? { ...each, by } : each)),
            named.map((one) => (one.command === entry.command && one.by === entry.by ? { ...one, by } : one)),
          );
        },
      },
      {
        kind: missing,
        name: `${missing}: aws ${entry.command}`,
        run: () => evaluate(all.filter((each) => each !== entry)),
      },
    ]);
}

/** Each contract forgotten: its edges are then unknown, or what is granted for it is idle. @param stacks of the whole release */
export function forgottenContracts(
  stacks: readonly StackTemplate[],
  stage: string,
  contracts: Contracts,
): ConfigurationMutant[] {
  const kind = 'contract forgotten';
  const evaluate = (known: Contracts): readonly VerdictRow[] =>
    proveContracts(byApplication([...stacks]), stage, known).result.rows;
  let before: ReadonlySet<string> | undefined;
  return (
    contracts.contracts
      // A mere switch is a property like any other: only its contract tells that AWS asks for something by it.
      .filter(({ edges }) => edges.some((edge) => 'to' in edge))
      .filter(
        ({ evaluatedWith }) => evaluatedWith === undefined || evaluatedWith.some((name) => name === stage),
      )
      .map((contract) => ({
        kind,
        name: `${kind}: ${contract.id}`,
        run: () => {
          before ??= findingsOf(evaluate(contracts));
          const rest = contracts.contracts.filter((other) => other !== contract);
          return newFinding('service-contracts', evaluate({ ...contracts, contracts: rest }), before);
        },
      }))
  );
}
