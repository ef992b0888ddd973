/**
 * The resources that a function's AWS calls act on. `object:` is a key pattern of the picture bucket. The stacks turn
 * each into exactly one ARN, the tests compare the declared calls with those really made.
 */
export type CallResource =
  | 'bucket:pictures'
  | `object:${'input' | 'cats' | 'dogs' | 'others' | 'review' | 'quarantine'}/*`
  | 'table:DetectionLogs'
  | 'index:DetectionLogs/*'
  /** The items of DetectionLogs that say who waits, and none of its records. */
  | 'waits:DetectionLogs'
  /** The items that say what clients are to be told, and how their endpoints fare; none of the records. */
  | 'webhooks:DetectionLogs'
  | 'index:DetectionLogs/ByReview'
  | 'index:DetectionLogs/ByWebhook'
  | 'table:ErasureLedger'
  | 'topic:review'
  | 'stateMachine:classification'
  | 'parameter:thresholds'
  | 'parameter:clients/*'
  | 'secret:cursor'
  | 'secret:webhooks/*'
  /** The action knows no resource: rekognition:DetectLabels. */
  | '*';

/** One IAM action on one kind of resource. */
export interface AwsCall {
  readonly action: `${string}:${string}`;
  readonly resource: CallResource;
}

/** `on('table:DetectionLogs')('dynamodb:GetItem', …)`: the calls on one resource. */
export const on =
  (resource: CallResource) =>
  (...actions: AwsCall['action'][]): AwsCall[] =>
    actions.map((action) => ({ action, resource }));

/** Where a picture lies once it is decided, or refused. */
export const DECIDED_FOLDERS = ['cats', 'dogs', 'others', 'review', 'quarantine'] as const;

/** The calls on the objects of each folder. */
export const inEvery = (
  folders: readonly ('input' | (typeof DECIDED_FOLDERS)[number])[],
  ...actions: AwsCall['action'][]
): AwsCall[] => folders.flatMap((folder) => on(`object:${folder}/*`)(...actions));

/**
 * Without it S3 answers a missing object with 403 instead of 404, and a picture that is gone looks like a fault of ours.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const TELLS_MISSING = 's3:ListBucket';
