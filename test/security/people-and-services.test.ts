import { DETECTION_LOGS } from '../../lambda/domain/detection-record';
import { evaluate } from '../../compliance/rules/proofs/iam/evaluate';
import { contextOf } from '../../compliance/rules/proofs/iam/request';
import { parsePolicy } from '../../compliance/rules/proofs/iam/statement';
import { readerPolicies } from '../../compliance/deployed/reader-policy';
import { PERSON_ROLES } from '../../lib/constructs/people/person-role';
import {
  EVIDENCE_READER,
  evidenceReaderBuildRole,
  permissionSetRoles,
  RELEASE_TESTER,
  releaseTesterBuildRole,
} from '../../lib/names';
import { type FoundStatement, statementsOf } from '../support/policy-statements';
import {
  at,
  listAt,
  mutated,
  ofType,
  put,
  STAGES,
  type SynthesizedStage,
  synthesized,
} from '../support/synthesized-stage';

const ROLE = 'AWS::IAM::Role';
const POLICY = 'AWS::IAM::ManagedPolicy';

/** Actions for which AWS knows no narrower resource. https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
const NO_NARROWER_RESOURCE: readonly RegExp[] = [
  /^logs:(Create|Delete|Get|Update)LogDelivery$/,
  /^logs:(ListLogDeliveries|DescribeLogGroups|DescribeLogStreams|DescribeResourcePolicies|PutResourcePolicy|GetQueryResults|StopQuery)$/,
  /^xray:/,
  /^ec2:(Assign|Unassign)PrivateIpAddresses$|^ec2:(Create|Delete|Detach)NetworkInterface$|^ec2:Describe/,
  /^(rekognition:DetectLabels|secretsmanager:GetRandomPassword|cloudwatch:GetMetricData|dynamodb:ListStreams|events:ListRules|s3:ListAllMyBuckets|states:InvokeHTTPEndpoint)$/,
];
/** Those who look at the whole account, and what they look at: configuration, never content. */
const READERS = /-(auditor|operator|break-glass|config-recorder|evidence-reader(-drift)?)-policy$/;
const READS_CONFIGURATION =
  /^[a-z0-9-]+:(Describe|Get|List|Lookup|Select|Generate|Filter|StartQuery|BatchGetTraces|GET$)|^(budgets:ViewBudget|cloudformation:(BatchDescribe|Detect)\w+)$/;
const READS_CONTENT =
  /^(s3:GetObject|dynamodb:(GetItem|Query|Scan|BatchGetItem)|secretsmanager:GetSecretValue|sqs:Receive|kms:Decrypt|lambda:GetFunction$)/;

/** CloudFormation compares a function as whoever asks, by the call that leads to its code as well; code holds no data. */
const COMPARES_FUNCTIONS = '-evidence-reader-drift-policy';

const isTooWide = ({ actions, resources, resource }: FoundStatement): boolean => {
  const policy = String(resource.Properties['ManagedPolicyName']);
  const reader = READERS.test(policy);
  const readsContent = (action: string) =>
    READS_CONTENT.test(action) && !(action === 'lambda:GetFunction' && policy.endsWith(COMPARES_FUNCTIONS));
  return actions.some((action) => {
    const pattern = action.includes('*');
    if (/^\*$|:\*$/.test(action) || (pattern && !(reader && READS_CONFIGURATION.test(action)))) return true;
    if (!resources.includes('*') || NO_NARROWER_RESOURCE.some((known) => known.test(action))) return false;
    return readsContent(action) || !(reader && READS_CONFIGURATION.test(action));
  });
};

/** Statements of customer-managed policies, but for the boundary, that name more than they must. */
const wideStatements = (stage: SynthesizedStage): string[] =>
  statementsOf({ ...stage, resources: ofType(stage, POLICY) })
    .filter(
      ({ Effect, resource }) =>
        Effect === 'Allow' && resource.Properties['ManagedPolicyName'] !== stage.names.permissionsBoundary,
    )
    .filter(isTooWide)
    .map(({ where }) => where);

/** IAM counts 6,144 characters without white space; a reference is longer in the template than the ARN it becomes. */
const longPolicies = (stage: SynthesizedStage): string[] =>
  ofType(stage, POLICY)
    .filter(({ Properties }) => {
      const text = JSON.stringify(Properties['PolicyDocument']).replaceAll(/\{"Fn::[^}]+\}/g, 'x'.repeat(75));
      return text.length > 6144;
    })
    .map(({ id }) => id);

const peopleOf = (stage: SynthesizedStage) =>
  ofType(stage, ROLE).filter(
    ({ Properties }) =>
      JSON.stringify(Properties['AssumeRolePolicyDocument']).includes('"AWS"') &&
      // Builds of the delivery account take these; they show no factor.
      ![RELEASE_TESTER, EVIDENCE_READER]
        .map((role) => stage.names.role(role))
        .includes(String(Properties['RoleName'])),
  );
type Conditions = Record<string, Record<string, unknown> | undefined>;
const unguardedPeople = (stage: SynthesizedStage): string[] =>
  peopleOf(stage)
    .filter(({ Properties }) => {
      const statements = listAt(Properties, 'AssumeRolePolicyDocument', 'Statement');
      const person = PERSON_ROLES.find((role) => stage.names.role(role) === Properties['RoleName']);
      const ownSet = permissionSetRoles(`serverlessapp-${person ?? 'nobody'}`, stage.config.account);
      const ways = [
        {
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
        },
        { ArnLike: { 'aws:PrincipalArn': ownSet } },
      ].map((way) => JSON.stringify(way));
      // A reviewer's sessions are named after the person besides: the record tells who decided.
      const named = JSON.stringify(Properties['RoleName']) === JSON.stringify(stage.names.role('reviewer'));
      const factorOf = (statement: unknown): string => {
        const { StringEquals: session, ...factor } = (at(statement, 'Condition') ?? {}) as Conditions;
        const asked = Object.keys(session ?? {});
        return asked.join() === (named ? 'sts:RoleSessionName' : '') ? JSON.stringify(factor) : 'unnamed';
      };
      return !(
        statements.every((statement) => ways.includes(factorOf(statement))) &&
        Properties['MaxSessionDuration'] === 3600
      );
    })
    .map(({ id }) => id);

/** One form for a list of one and its only item. */
const plain = (policy: unknown): unknown =>
  JSON.parse(JSON.stringify(policy), (_key, value: unknown) =>
    Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value,
  );

const actionsOf = (stage: SynthesizedStage, person: string): string[] =>
  statementsOf({ ...stage, resources: ofType(stage, POLICY) })
    .filter(({ resource }) => resource.Properties['ManagedPolicyName'] === stage.names.of(`${person}-policy`))
    .flatMap(({ actions }) => actions);

describe.each(STAGES)('people and services of %s', (name) => {
  const stage = synthesized(name);
  it('have no wildcard that AWS does not force', () => {
    expect(wideStatements(stage)).toEqual([]);
  });
  it('have policies that IAM takes', () => {
    expect(longPolicies(stage)).toEqual([]);
  });
  it('show a second factor, within the hour, if they are people', () => {
    expect(unguardedPeople(stage)).toEqual([]);
    const names = peopleOf(stage).map(({ Properties }) => Properties['RoleName'] as string);
    expect(names).toEqual(expect.arrayContaining(PERSON_ROLES.map((person) => stage.names.role(person))));
  });
  it('lets only the build role of the delivery account play the synthetic client, and only read its key', () => {
    const tester = ofType(stage, ROLE).find(
      ({ Properties }) => Properties['RoleName'] === stage.names.role(RELEASE_TESTER),
    );
    const { deliveryAccount, organizationId, syntheticClient } = stage.config;
    expect(tester?.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': `arn:aws:iam::${deliveryAccount}:role/${releaseTesterBuildRole}`,
            },
            StringEquals: { 'aws:PrincipalOrgID': organizationId },
          },
        },
      ],
    });
    expect(actionsOf(stage, RELEASE_TESTER).sort()).toEqual([
      'apigateway:GET',
      'kms:Decrypt',
      'secretsmanager:GetSecretValue',
    ]);
    const readers = ofType(stage, 'AWS::SecretsManager::ResourcePolicy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes(stage.names.role(RELEASE_TESTER)),
    );
    expect(readers).toHaveLength(1);
    expect(JSON.stringify(ofType(stage, 'AWS::SecretsManager::Secret'))).toContain(
      stage.names.clientSecret(syntheticClient),
    );
  });
  it('lets only the daily build of the delivery account ask as the reader of evidence, by the printed policies', () => {
    const { deliveryAccount, organizationId } = stage.config;
    const reader = ofType(stage, ROLE).find(
      ({ Properties }) => Properties['RoleName'] === stage.names.role(EVIDENCE_READER),
    );
    expect(reader?.Properties['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: expect.anything() as unknown,
          Condition: {
            ArnEquals: {
              'aws:PrincipalArn': `arn:aws:iam::${deliveryAccount}:role/${evidenceReaderBuildRole}`,
            },
            StringEquals: { 'aws:PrincipalOrgID': organizationId },
          },
        },
      ],
    });
    for (const [policy, printed] of Object.entries(readerPolicies())) {
      const attached = ofType(stage, POLICY).find(
        ({ Properties }) => Properties['ManagedPolicyName'] === stage.names.of(`${policy}-policy`),
      )?.Properties;
      expect(plain(attached?.['PolicyDocument'])).toEqual(plain(printed));
      expect(attached?.['Roles']).toHaveLength(2);
    }
  });
  it('cannot change anything as auditor', () => {
    expect(
      actionsOf(stage, 'auditor').filter(
        (action) =>
          !/:(Describe|Get|List|Lookup|Select|Generate|Filter|GET$|StartQuery|StopQuery|Decrypt)/.test(
            action,
          ) &&
          // What CloudWatch Logs asks of readers as of writers; a text made with a key changes nothing that stands.
          !/^kms:(Encrypt|ReEncrypt)/.test(action),
      ),
    ).toEqual([]);
  });
  it('cannot read pictures, records or secrets as auditor or operator', () => {
    const resources = JSON.stringify(
      statementsOf({ ...stage, resources: ofType(stage, POLICY) })
        .filter(({ resource }) =>
          /-(auditor|operator)-policy$/.test(String(resource.Properties['ManagedPolicyName'])),
        )
        .map((statement) => statement.resources),
    );
    expect(resources).not.toContain(stage.names.pictureBucket);
    expect(actionsOf(stage, 'operator').filter((action) => /^(s3|secretsmanager):/.test(action))).toEqual([]);
    // Of records the operator sees keys, status and lease only.
    const query = statementsOf(stage).find(
      ({ Sid, resource }) =>
        Sid === 'FindStuckPictures' &&
        resource.Properties['ManagedPolicyName'] === stage.names.of('operator-policy'),
    );
    expect(query?.Condition['ForAllValues:StringEquals']?.['dynamodb:Attributes']).toEqual([
      'ClientID',
      'StatusTimestamp',
      'ImageID',
      'LeaseUntil',
    ]);
  });
});

/** What the embedded AWS does not send, and DynamoDB does: the key of the item and the attributes that a call names. */
describe('what an operator gives back of messages to clients', () => {
  const { names } = synthesized('dev');
  const statements = listAt(
    ofType(synthesized('dev'), POLICY).find(
      ({ Properties }) => Properties['ManagedPolicyName'] === names.of('operator-policy'),
    )?.Properties,
    'PolicyDocument',
    'Statement',
  );
  // Of all statements those on records; others name keys by references.
  const policy = parsePolicy(
    {
      Version: '2012-10-17',
      Statement: statements.filter((statement) => JSON.stringify(statement).includes('"dynamodb:')),
    },
    'operator',
  );
  const GIVEN_BACK = ['ImageID', 'WebhookQueue', 'WebhookDue', 'MarkVersion', 'Attempts', 'ExpiresAt'];
  const decide = (
    key: string,
    attributes: readonly string[],
    sent: Readonly<Record<string, string[]>> = {},
  ) =>
    evaluate(
      {
        caller: { kind: 'role', arn: names.roleArn('operator'), account: names.account },
        action: 'dynamodb:UpdateItem',
        resource: names.tableArn(names.detectionLogsTable),
        resourceAccount: names.account,
        context: contextOf({
          'dynamodb:LeadingKeys': [key],
          'dynamodb:Attributes': [...attributes],
          ...sent,
        }),
      },
      { identity: policy },
    ).decision;

  const MARK = `${DETECTION_LOGS.webhookKeyPrefix}7d2c880c-3f9e-433b-9ae6-0a0ca41358d3`;
  it('is a mark’s queue, time and attempts', () => {
    expect(decide(MARK, GIVEN_BACK)).toBe('allow');
  });
  // The names under which an update asks for the item, as DynamoDB lists them.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  it.each([
    ['NONE', 'allow'],
    ['UPDATED_OLD', 'allow'],
    ['UPDATED_NEW', 'allow'],
    ['ALL_OLD', 'implicit-deny'],
    ['ALL_NEW', 'implicit-deny'],
  ])('asked to answer %s: %s', (returned, decision) => {
    expect(decide(MARK, GIVEN_BACK, { 'dynamodb:ReturnValues': [returned] })).toBe(decision);
  });
  it.each([
    ['a record', '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3', GIVEN_BACK],
    ['places to wait', 'waits#demo', GIVEN_BACK],
    [
      'what a mark says of its change',
      'webhook#7d2c880c-3f9e-433b-9ae6-0a0ca41358d3',
      ['ImageID', 'ChangedAt'],
    ],
    ['how an endpoint fares', `${DETECTION_LOGS.webhookEndpointKeyPrefix}demo`, ['ImageID', 'DisabledAt']],
    ['when an endpoint is tried again', `${DETECTION_LOGS.webhookEndpointKeyPrefix}demo`, GIVEN_BACK],
    [
      'an endpoint of a client whose id looks like a picture’s',
      `${DETECTION_LOGS.webhookEndpointKeyPrefix}7d2c880c-3f9e-433b-9ae6-0a0ca41358d3`,
      GIVEN_BACK,
    ],
  ])('and not %s', (_what, key, attributes) => {
    expect(decide(key, attributes)).not.toBe('allow');
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  const ofPolicy = (suffix: string) => (r: Record<string, unknown>) =>
    String(r['ManagedPolicyName']).endsWith(suffix);
  const withStatement = (suffix: string, Action: string, Resource: string) =>
    mutated(
      dev,
      POLICY,
      (properties) =>
        (properties['PolicyDocument'] as { Statement: object[] }).Statement.push({
          Effect: 'Allow',
          Action,
          Resource,
        }),
      ofPolicy(suffix),
    );
  it.each([
    ['-backup-policy', 's3:PutObject', '*'],
    ['-backup-policy', 'dynamodb:*', 'arn:aws:dynamodb:us-east-1:111122223333:table/x'],
    ['-auditor-policy', 's3:GetObject', '*'],
    ['-auditor-policy', 's3:Put*', 'arn:aws:s3:::x'],
    ['-api-key-rotation-policy', 'secretsmanager:ListSecrets', '*'],
  ])('%s with %s on %s is found', (suffix, action, resource) => {
    expect(wideStatements(withStatement(suffix, action, resource))).toHaveLength(1);
  });
  it('a policy that IAM refuses is found', () => {
    expect(longPolicies(withStatement('-backup-policy', 's3:GetObject', 'x'.repeat(6000)))).toHaveLength(1);
  });
  it.each([
    [
      'without second factor',
      (p: Record<string, unknown>) =>
        (p['AssumeRolePolicyDocument'] = { Statement: [{ Principal: { AWS: 'root' } }] }),
    ],
    [
      'from any permission set',
      (p: Record<string, unknown>) => {
        const wide = { ArnLike: { 'aws:PrincipalArn': permissionSetRoles('*', dev.config.account) } };
        put(p, wide, 'AssumeRolePolicyDocument', 'Statement', 1, 'Condition');
      },
    ],
    ['with long sessions', (p: Record<string, unknown>) => (p['MaxSessionDuration'] = 43_200)],
  ])('a person %s is found', (_what, change) => {
    const worse = mutated(
      dev,
      ROLE,
      (r) => change(r),
      (r) => r['RoleName'] === dev.names.role('auditor'),
    );
    expect(unguardedPeople(worse)).toHaveLength(1);
  });
});
