import { BOUNDS } from '../../lambda/domain/bounds';
import { evaluate } from '../../compliance/rules/proofs/iam/evaluate';
import { type Caller, contextOf } from '../../compliance/rules/proofs/iam/request';
import { parsePolicy } from '../../compliance/rules/proofs/iam/statement';
import { loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { renderPolicy } from '../../lib/policies';

const config = loadStageConfig('prod');
const names = new Names(config, config.region);
const ENDPOINT = 'vpce-ours';
const BUCKET = names.bucketArn(names.pictureBucket);
const TABLE = names.tableArn(names.detectionLogsTable);
const SECRET = names.arn('secretsmanager', `secret:${names.cursorSecret}-AbCdEf`);
const DATA_KEY = names.arn('kms', 'key/data');
const queueArn = names.queueArn(names.intakeQueue);
const reviewTopic = names.topicArn(names.reviewTopic);

const ORGANIZATION = 'o-exampleorgid';

const POLICIES = {
  bucket: renderPolicy('perimeter/picture-bucket', {
    FormMilliseconds: String(BOUNDS.formSeconds * 1000),
    LinkMilliseconds: String(BOUNDS.reviewLinkSeconds * 1000),
    LinkSigners: [names.functionRoleArn('reviews')],
    ReviewerNetworks: ['198.51.100.0/24'],
    PictureBucket: BUCKET,
    S3Endpoint: ENDPOINT,
    DataKey: DATA_KEY,
    Uploaders: [names.functionRoleArn('upload')],
    OutsideRoles: names.outsideDataRoleArns,
    Inspectors: names.bucketInspectorArns,
  }),
  table: renderPolicy('perimeter/table', {
    Table: TABLE,
    DynamoDBEndpoint: ENDPOINT,
    OutsideRoles: names.outsideDataRoleArns,
  }),
  secret: renderPolicy('perimeter/cursor-secret', {
    SecretsManagerEndpoint: ENDPOINT,
    Readers: [names.functionRoleArn('query')],
    RotationRole: names.roleArn('rotation'),
  }),
  webhookSecret: renderPolicy('perimeter/webhook-secret', {
    SecretsManagerEndpoint: ENDPOINT,
    SigningRole: names.functionRoleArn('webhooks'),
    StewardRole: names.roleArn('data-steward'),
    RotationRole: names.roleArn('rotation'),
    OrganizationId: ORGANIZATION,
  }),
  intake: renderPolicy('perimeter/intake-queue', {
    Account: names.account,
    Queue: queueArn,
    ArrivalRules: names.arrivalRules([{ id: 'demo' }]).map((rule) => names.arn('events', `rule/${rule}`)),
    IntakeRole: names.functionRoleArn('intake'),
    OperatorRole: names.roleArn('operator'),
  }),
  review: renderPolicy('perimeter/review-topic', {
    Topic: reviewTopic,
    SnsEndpoint: ENDPOINT,
    Publishers: [names.functionRoleArn('notify'), names.functionRoleArn('settleReviews')],
  }),
};

type Context = Record<string, string | undefined>;
/** Reached through our endpoint. */
const INSIDE: Context = { 'aws:SourceVpce': ENDPOINT };
/** From an address that reviewers have. */
const REVIEWERS: Context = { 'aws:SourceIp': '198.51.100.7' };
/** From the internet, with the same credentials. */
const OUTSIDE: Context = {};

const role = (arn: string): Caller => ({ kind: 'role', arn, account: names.account });
const anyRole = role(names.roleArn('some-admin'));
const fn = (id: Parameters<Names['functionRoleArn']>[0]) => role(names.functionRoleArn(id));

/** The verdict of a resource policy on a caller whose identity policy allows everything. */
function decide(
  policy: keyof typeof POLICIES,
  caller: Caller,
  action: string,
  resource: string,
  context: Context,
): string {
  const verdict = evaluate(
    {
      caller,
      action,
      resource,
      resourceAccount: names.account,
      context: contextOf({
        'aws:SecureTransport': 'true',
        'aws:PrincipalIsAWSService': caller.kind === 'service' ? 'true' : 'false',
        'aws:ViaAWSService': 'false',
        ...(caller.kind === 'role'
          ? {
              'aws:PrincipalArn': caller.arn,
              'aws:PrincipalAccount': caller.account,
              'aws:PrincipalOrgID': ORGANIZATION,
            }
          : {}),
        ...(action.startsWith('s3:') ? { 's3:TlsVersion': '1.3', 's3:authType': 'REST-HEADER' } : {}),
        ...context,
      }),
    },
    {
      identity: parsePolicy(
        { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] },
        'identity',
      ),
      resource: parsePolicy(POLICIES[policy], policy),
    },
  );
  return verdict.decision === 'allow'
    ? 'allow'
    : verdict.by.join(' ').replace(/\w+#/g, '') || verdict.decision;
}

const form = (ageMilliseconds: number): Context => ({
  's3:authType': 'POST',
  's3:signatureAge': String(ageMilliseconds),
});
const INPUT = `${BUCKET}/input/a.jpg`;
const CAT = `${BUCKET}/cats/a.jpg`;
const WAITING = `${BUCKET}/review/a.jpg`;
const link = (ageMilliseconds: number): Context => ({
  's3:authType': 'REST-QUERY-STRING',
  's3:signatureAge': String(ageMilliseconds),
});

describe('the perimeter of pictures', () => {
  it.each<[string, Caller, string, string, Context]>([
    ['a function inside the network reads', fn('analyze'), 's3:GetObjectVersion', INPUT, INSIDE],
    ['a function inside the network writes', fn('organise'), 's3:PutObject', CAT, INSIDE],
    [
      'a reviewer follows the link that review signed',
      fn('reviews'),
      's3:GetObject',
      WAITING,
      { ...link(30_000), ...REVIEWERS },
    ],
    ['a client posts the form that upload signed', fn('upload'), 's3:PutObject', INPUT, form(60_000)],
    [
      'Rekognition reads in the name of analyze',
      fn('analyze'),
      's3:GetObjectVersion',
      INPUT,
      { 'aws:ViaAWSService': 'true' },
    ],
    ['the backup role reads', role(names.roleArn('backup')), 's3:GetObject', CAT, OUTSIDE],
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html: it is s3:ListBucket, and no AWS service asks.
    [
      'CloudFormation’s role asks whether it is there',
      role(names.deploymentRoleArn),
      's3:ListBucket',
      BUCKET,
      OUTSIDE,
    ],
    [
      'AWS Config’s linked role asks whether it is there',
      role(names.bucketInspectorArns[1] ?? ''),
      's3:ListBucket',
      BUCKET,
      OUTSIDE,
    ],
    ['a person administers the bucket', anyRole, 's3:PutLifecycleConfiguration', BUCKET, OUTSIDE],
  ])('lets in: %s', (_what, caller, action, resource, context) => {
    expect(decide('bucket', caller, action, resource, context)).toBe('allow');
  });
  it.each<[string, Caller, string, string, Context, string]>([
    [
      'an administrator reads a picture',
      anyRole,
      's3:GetObject',
      CAT,
      OUTSIDE,
      'DenyReadingOutsideOurEndpoint',
    ],
    ['an administrator lists', anyRole, 's3:ListBucket', BUCKET, OUTSIDE, 'DenyListingOutsideOurEndpoint'],
    [
      'CloudFormation’s role reads a picture',
      role(names.deploymentRoleArn),
      's3:GetObject',
      CAT,
      OUTSIDE,
      'DenyReadingOutsideOurEndpoint',
    ],
    [
      'stolen credentials of a function read from elsewhere',
      fn('analyze'),
      's3:GetObjectVersion',
      INPUT,
      OUTSIDE,
      'DenyDataPlaneOutsideOurEndpoint',
    ],
    [
      'they read through another network’s endpoint',
      fn('analyze'),
      's3:GetObjectVersion',
      INPUT,
      { 'aws:SourceVpce': 'vpce-theirs' },
      'DenyDataPlaneOutsideOurEndpoint',
    ],
    [
      'a link that is older than a minute',
      fn('reviews'),
      's3:GetObject',
      WAITING,
      { ...link(60_001), ...REVIEWERS },
      'DenyStaleLinks',
    ],
    [
      'a link to a picture that does not wait',
      fn('reviews'),
      's3:GetObject',
      CAT,
      link(1000),
      'DenyReadingOutsideOurEndpoint',
    ],
    [
      'the credentials of review without a link',
      fn('reviews'),
      's3:GetObject',
      WAITING,
      OUTSIDE,
      'DenyReviewingUnlessLink DenyLinksFromElsewhere',
    ],
    [
      'the credentials of review inside the network',
      fn('reviews'),
      's3:GetObject',
      WAITING,
      INSIDE,
      'DenyLinksFromElsewhere',
    ],
    [
      'a link that is followed anywhere else',
      fn('reviews'),
      's3:GetObject',
      WAITING,
      { ...link(1000), 'aws:SourceIp': '203.0.113.10' },
      'DenyLinksFromElsewhere',
    ],
    [
      'a link that is followed inside the network',
      fn('reviews'),
      's3:GetObject',
      WAITING,
      { ...link(1000), ...INSIDE },
      'DenyLinksFromElsewhere',
    ],
    [
      'a link that another function signed',
      fn('organise'),
      's3:GetObject',
      WAITING,
      link(1000),
      'DenyReviewingByOthersOutsideOurEndpoint',
    ],
    [
      'a reviewer with the credentials of the role',
      role(names.roleArn('reviewer')),
      's3:GetObject',
      WAITING,
      OUTSIDE,
      'DenyReviewingByOthersOutsideOurEndpoint',
    ],
    [
      'stolen credentials of upload read',
      fn('upload'),
      's3:GetObject',
      INPUT,
      OUTSIDE,
      'DenyReadingOutsideOurEndpoint',
    ],
    [
      'they write without a form',
      fn('upload'),
      's3:PutObject',
      INPUT,
      OUTSIDE,
      'DenyUploadsOutsideOurEndpointUnlessForm',
    ],
    [
      'they sign a form for a decided folder',
      fn('upload'),
      's3:PutObject',
      CAT,
      form(1000),
      'DenyWritesOutsideOurEndpoint',
    ],
    [
      'another function signs a form',
      fn('organise'),
      's3:PutObject',
      INPUT,
      form(1000),
      'DenyUploadsByOthersOutsideOurEndpoint',
    ],
    [
      'a form is used after more than five minutes',
      fn('upload'),
      's3:PutObject',
      INPUT,
      form(300_001),
      'DenyStaleSignatures',
    ],
    [
      'anybody comes without TLS',
      fn('analyze'),
      's3:GetObjectVersion',
      INPUT,
      { ...INSIDE, 'aws:SecureTransport': 'false' },
      'DenyUnencryptedTransport',
    ],
    [
      'anybody comes with TLS 1.1',
      fn('analyze'),
      's3:GetObjectVersion',
      INPUT,
      { ...INSIDE, 's3:TlsVersion': '1.1' },
      'DenyOldTransport',
    ],
    [
      'a picture asks for S3’s own key',
      fn('organise'),
      's3:PutObject',
      CAT,
      { ...INSIDE, 's3:x-amz-server-side-encryption': 'AES256' },
      'DenyOtherEncryption',
    ],
    [
      'a picture asks for somebody else’s key',
      fn('organise'),
      's3:PutObject',
      CAT,
      {
        ...INSIDE,
        's3:x-amz-server-side-encryption': 'aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:999999999999:key/theirs',
      },
      'DenyOtherKeys',
    ],
  ])('keeps out: %s', (_what, caller, action, resource, context, sid) => {
    expect(decide('bucket', caller, action, resource, context)).toBe(sid);
  });
});

describe('the perimeter of records, secrets, queues and topics', () => {
  it.each<[keyof typeof POLICIES, string, Caller, string, string, Context]>([
    [
      'table',
      'a function inside the network reads',
      fn('query'),
      'dynamodb:Query',
      `${TABLE}/index/ByTime`,
      INSIDE,
    ],
    [
      'table',
      'the data steward reads after MFA',
      role(names.roleArn('data-steward')),
      'dynamodb:GetItem',
      TABLE,
      OUTSIDE,
    ],
    ['table', 'a deployment changes the table', anyRole, 'dynamodb:UpdateTable', TABLE, OUTSIDE],
    [
      'webhookSecret',
      'the signing function reads what signs',
      fn('webhooks'),
      'secretsmanager:GetSecretValue',
      SECRET,
      INSIDE,
    ],
    [
      'webhookSecret',
      'the data steward hands it over',
      role(names.roleArn('data-steward')),
      'secretsmanager:GetSecretValue',
      SECRET,
      OUTSIDE,
    ],
    [
      'webhookSecret',
      'rotation writes it',
      role(names.roleArn('rotation')),
      'secretsmanager:PutSecretValue',
      SECRET,
      OUTSIDE,
    ],
    ['secret', 'query reads the cursor key', fn('query'), 'secretsmanager:GetSecretValue', SECRET, INSIDE],
    [
      'intake',
      'Lambda polls with the role of intake, from its own network',
      fn('intake'),
      'sqs:ReceiveMessage',
      queueArn,
      OUTSIDE,
    ],
    [
      'intake',
      'the operator gives a message back',
      role(names.roleArn('operator')),
      'sqs:SendMessage',
      queueArn,
      OUTSIDE,
    ],
    ['review', 'settleReviews publishes', fn('settleReviews'), 'sns:Publish', reviewTopic, INSIDE],
    ['review', 'notify publishes', fn('notify'), 'sns:Publish', reviewTopic, INSIDE],
  ])('of the %s lets in: %s', (policy, _what, caller, action, resource, context) => {
    expect(decide(policy, caller, action, resource, context)).toBe('allow');
  });
  it.each<[keyof typeof POLICIES, string, Caller, string, string, Context, string]>([
    [
      'table',
      'an administrator reads',
      anyRole,
      'dynamodb:GetItem',
      TABLE,
      OUTSIDE,
      'DenyDataPlaneOutsideOurEndpoint',
    ],
    [
      'table',
      'an administrator queries by PartiQL',
      anyRole,
      'dynamodb:PartiQLSelect',
      TABLE,
      OUTSIDE,
      'DenyDataPlaneOutsideOurEndpoint',
    ],
    [
      'table',
      'stolen credentials scan an index',
      fn('query'),
      'dynamodb:Scan',
      `${TABLE}/index/ByTime`,
      OUTSIDE,
      'DenyDataPlaneOutsideOurEndpoint',
    ],
    [
      'secret',
      'query’s credentials read from elsewhere',
      fn('query'),
      'secretsmanager:GetSecretValue',
      SECRET,
      OUTSIDE,
      'DenyReadingOutsideOurEndpoint',
    ],
    [
      'webhookSecret',
      'the signing function’s credentials read from elsewhere',
      fn('webhooks'),
      'secretsmanager:GetSecretValue',
      SECRET,
      OUTSIDE,
      'DenySigningOutsideOurEndpoint',
    ],
    [
      'webhookSecret',
      'an administrator reads',
      anyRole,
      'secretsmanager:GetSecretValue',
      SECRET,
      OUTSIDE,
      'OnlyReadersRead',
    ],
    [
      'webhookSecret',
      'the data steward’s role, of an account that left the organisation',
      role(names.roleArn('data-steward')),
      'secretsmanager:GetSecretValue',
      SECRET,
      { 'aws:PrincipalOrgID': 'o-another' },
      'OnlyOurOrganization',
    ],
    [
      'webhookSecret',
      'the function plants a secret that others know',
      fn('webhooks'),
      'secretsmanager:PutSecretValue',
      SECRET,
      INSIDE,
      'OnlyRotationWrites',
    ],
    [
      'secret',
      'another function reads',
      fn('notify'),
      'secretsmanager:GetSecretValue',
      SECRET,
      INSIDE,
      'DenyReadingByOthers',
    ],
    [
      'intake',
      'an administrator plants a message',
      anyRole,
      'sqs:SendMessage',
      queueArn,
      OUTSIDE,
      'DenySendingByOthers',
    ],
    [
      'intake',
      'intake’s credentials plant a message',
      fn('intake'),
      'sqs:SendMessage',
      queueArn,
      OUTSIDE,
      'DenySendingByOthers',
    ],
    [
      'intake',
      'another function takes messages',
      fn('notify'),
      'sqs:ReceiveMessage',
      queueArn,
      OUTSIDE,
      'DenyReceivingByOthers',
    ],
    [
      'review',
      'notify’s credentials publish from elsewhere',
      fn('notify'),
      'sns:Publish',
      reviewTopic,
      OUTSIDE,
      'DenyPublishingOutsideOurEndpoint',
    ],
    [
      'review',
      'another function publishes',
      fn('organise'),
      'sns:Publish',
      reviewTopic,
      INSIDE,
      'DenyPublishingByOthers',
    ],
  ])('of the %s keeps out: %s', (policy, _what, caller, action, resource, context, sid) => {
    expect(decide(policy, caller, action, resource, context)).toBe(sid);
  });

  const events: Caller = { kind: 'service', service: 'events.amazonaws.com' };
  const source = (account: string, rule: string): Context => ({
    'aws:SourceAccount': account,
    'aws:SourceArn': `arn:aws:events:us-east-1:${account}:rule/${rule}`,
  });
  it('of the intake queue lets in the arrival rules, and no other rule, account or service', () => {
    const send = (caller: Caller, context: Context) =>
      decide('intake', caller, 'sqs:SendMessage', queueArn, context);
    for (const rule of [names.arrivalRule('demo'), names.arrivalRuleOfTheRest])
      expect(send(events, source(names.account, rule))).toBe('allow');
    expect(send(events, source(names.account, 'another'))).not.toBe('allow');
    expect(send(events, source('999999999999', names.arrivalRule('demo')))).not.toBe('allow');
    expect(
      send(
        { kind: 'service', service: 's3.amazonaws.com' },
        source(names.account, names.arrivalRule('demo')),
      ),
    ).not.toBe('allow');
  });
});
