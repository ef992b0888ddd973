import type { AwsCall, CallResource } from '../../lambda/aws-calls';

type Input = Record<string, unknown>;
interface RecordedClient {
  middlewareStack: {
    add(
      middleware: (
        next: (parameters: { input: object }) => Promise<unknown>,
        context: { commandName?: string },
      ) => (parameters: { input: object }) => Promise<unknown>,
      options: { step: 'initialize'; name: string },
    ): void;
  };
}

const text = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value !== 'string') throw new Error(`no ${name} in the call's input`);
  return value;
};

const object = (input: Input, key = text(input, 'Key')): CallResource =>
  `object:${key.slice(0, key.indexOf('/'))}/*` as CallResource;
const table = (input: Input): CallResource => `table:${text(input, 'TableName')}` as CallResource;
/** An item that is no record has a resource of its own. */
const item = (input: Input): CallResource => {
  const { ImageID: key } = input['Key'] as { ImageID: string | { S: string } };
  const id = typeof key === 'string' ? key : key.S;
  if (id.startsWith('webhook#')) return 'webhooks:DetectionLogs';
  return id.startsWith('waits#') ? 'waits:DetectionLogs' : table(input);
};
const parameter = (name: string): CallResource =>
  name.startsWith('/clients/') ? 'parameter:clients/*' : 'parameter:thresholds';

/** S3 also asks for ListBucket before it says that an object is missing. */
const readsObject = (action: AwsCall['action'], input: Input): AwsCall[] => [
  { action, resource: object(input) },
  { action: 's3:ListBucket', resource: 'bucket:pictures' },
];
const on = (action: AwsCall['action'], resource: CallResource): AwsCall[] => [{ action, resource }];

/**
 * The IAM actions and resources of each SDK command that the adapters send. Tests name the tables, bucket, topic and
 * parameters as the definitions of functions do.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const AUTHORIZATIONS: Record<string, (input: Input) => AwsCall[]> = {
  PutObjectCommand: (input) => on('s3:PutObject', object(input)),
  // Within one folder: copies keep their key.
  CopyObjectCommand: (input) => [
    ...readsObject('s3:GetObjectVersion', input),
    ...on('s3:PutObject', object(input)),
  ],
  HeadObjectCommand: (input) => readsObject('s3:GetObject', input),
  GetObjectCommand: (input) => readsObject('s3:GetObjectVersion', input),
  DeleteObjectCommand: (input) => on('s3:DeleteObjectVersion', object(input)),
  ListObjectVersionsCommand: () => on('s3:ListBucketVersions', 'bucket:pictures'),
  GetItemCommand: (input) => on('dynamodb:GetItem', table(input)),
  PutItemCommand: (input) => on('dynamodb:PutItem', table(input)),
  UpdateItemCommand: (input) => on('dynamodb:UpdateItem', item(input)),
  DeleteItemCommand: (input) => on('dynamodb:DeleteItem', table(input)),
  // The clients' indexes are granted together, each of the others alone.
  QueryCommand: (input) => {
    const name = text(input, 'IndexName');
    const index = ['ByReview', 'ByWebhook'].includes(name) ? name : '*';
    return on('dynamodb:Query', `index:${text(input, 'TableName')}/${index}` as CallResource);
  },
  TransactWriteItemsCommand: (input) =>
    (input['TransactItems'] as Record<string, Input>[]).flatMap((item) =>
      Object.entries(item).flatMap(([kind, operation]) =>
        on(kind === 'Put' ? 'dynamodb:PutItem' : 'dynamodb:ConditionCheckItem', table(operation)),
      ),
    ),
  DetectLabelsCommand: () => on('rekognition:DetectLabels', '*'),
  PublishCommand: (input) => on('sns:Publish', text(input, 'TopicArn') as CallResource),
  StartSyncExecutionCommand: (input) =>
    on('states:StartSyncExecution', text(input, 'stateMachineArn') as CallResource),
  GetParameterCommand: (input) => on('ssm:GetParameter', parameter(text(input, 'Name'))),
  GetSecretValueCommand: (input) =>
    on(
      'secretsmanager:GetSecretValue',
      text(input, 'SecretId').replace(/^webhook-secret-.*/, 'secret:webhooks/*') as CallResource,
    ),
};

/** Keeps what each call that a client sends must be allowed to do. A command that has no row above is an error. */
export function recordCalls(client: unknown, calls: AwsCall[]): void {
  (client as RecordedClient).middlewareStack.add(
    (next, { commandName = '' }) =>
      (parameters) => {
        const authorize = AUTHORIZATIONS[commandName];
        if (authorize === undefined) throw new Error(`the recorder does not know ${commandName}`);
        calls.push(...authorize(parameters.input as Input));
        return next(parameters);
      },
    { step: 'initialize', name: 'recordCalls' },
  );
}
