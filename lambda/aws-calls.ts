import type { FunctionId } from './function-ids';

/**
 * The resources that a function's AWS calls act on. `object:` is a key pattern of the picture bucket. The stacks turn
 * each into exactly one ARN, the tests compare the declared calls with those really made.
 */
export type CallResource =
  | 'bucket:pictures'
  | `object:${'input' | 'cats' | 'dogs' | 'others' | 'review' | 'quarantine'}/*`
  | 'table:DetectionLogs'
  | 'index:DetectionLogs/*'
  | 'table:ErasureLedger'
  | 'topic:review'
  | 'stateMachine:classification'
  | 'parameter:thresholds'
  | 'parameter:clients/*'
  | 'secret:cursor'
  /** The action knows no resource: rekognition:DetectLabels. */
  | '*';

/** One IAM action on one kind of resource. */
export interface AwsCall {
  readonly action: `${string}:${string}`;
  readonly resource: CallResource;
}

const on =
  (resource: CallResource) =>
  (...actions: AwsCall['action'][]): AwsCall[] =>
    actions.map((action) => ({ action, resource }));

const DECIDED_FOLDERS = ['cats', 'dogs', 'others', 'review', 'quarantine'] as const;
const inEvery = (
  folders: readonly ('input' | (typeof DECIDED_FOLDERS)[number])[],
  ...actions: AwsCall['action'][]
) => folders.flatMap((folder) => on(`object:${folder}/*`)(...actions));

/**
 * Without it S3 answers a missing object with 403 instead of 404, and a picture that is gone looks like a fault of ours.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
const TELLS_MISSING = 's3:ListBucket';

/**
 * Every AWS call that each function's code makes: the single source of the functions' identity policies, endpoint
 * policies and security-group egress, and of the IAM proof. What the platform needs besides (logs, traces, network
 * interfaces, polling) is declared where the stacks grant it.
 */
export const FUNCTION_CALLS: Readonly<Record<FunctionId, readonly AwsCall[]>> = {
  upload: [
    ...on('parameter:clients/*')('ssm:GetParameter'),
    ...on('table:DetectionLogs')('dynamodb:PutItem', 'dynamodb:UpdateItem'),
    ...on('table:ErasureLedger')('dynamodb:ConditionCheckItem'),
    ...on('object:input/*')('s3:PutObject'),
  ],
  query: [
    ...on('parameter:clients/*')('ssm:GetParameter'),
    ...on('table:DetectionLogs')('dynamodb:GetItem'),
    ...on('index:DetectionLogs/*')('dynamodb:Query'),
    ...on('secret:cursor')('secretsmanager:GetSecretValue'),
  ],
  intake: [
    ...on('bucket:pictures')('s3:ListBucketVersions', TELLS_MISSING),
    ...on('object:input/*')('s3:GetObjectVersion'),
    ...on('object:quarantine/*')('s3:PutObject'),
    ...inEvery(['input', ...DECIDED_FOLDERS], 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
    ...on('table:ErasureLedger')('dynamodb:GetItem'),
    ...on('stateMachine:classification')('states:StartSyncExecution'),
  ],
  analyze: [
    ...on('bucket:pictures')(TELLS_MISSING),
    ...on('object:input/*')('s3:GetObjectVersion'),
    ...on('parameter:thresholds')('ssm:GetParameter'),
    ...on('*')('rekognition:DetectLabels'),
  ],
  classifyAndLog: [...on('table:DetectionLogs')('dynamodb:UpdateItem')],
  organise: [
    ...on('bucket:pictures')('s3:ListBucketVersions', TELLS_MISSING),
    ...on('object:input/*')('s3:GetObjectVersion', 's3:DeleteObjectVersion'),
    ...inEvery(DECIDED_FOLDERS, 's3:PutObject', 's3:GetObject', 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
  ],
  erase: [
    ...on('parameter:clients/*')('ssm:GetParameter'),
    ...on('bucket:pictures')('s3:ListBucketVersions'),
    ...inEvery(['input', ...DECIDED_FOLDERS], 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:DeleteItem'),
    ...on('table:ErasureLedger')('dynamodb:GetItem', 'dynamodb:PutItem'),
  ],
  notify: [
    ...on('topic:review')('sns:Publish'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
  ],
  detectionStream: [],
};
