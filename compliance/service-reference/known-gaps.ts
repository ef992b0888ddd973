import { arnPattern } from './reference';

/** Where AWS's own guides say more than the reference lists. */
interface KnownGap {
  /** Pattern of action names. */
  readonly actions: string;
  /** Resource types on which they are authorized too, in the reference's words. */
  readonly resources: readonly string[];
  /** Condition keys that they are used with too, in lower case. */
  readonly conditionKeys: readonly string[];
  readonly page: string;
}

const GAPS: readonly KnownGap[] = [
  {
    // A function that is named by alias or version is authorized on the qualified ARN.
    actions: 'lambda:*',
    resources: ['arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:${Qualifier}'],
    conditionKeys: [],
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html',
  },
  {
    // "ARN with trailing :*": the form in which policies name a log group for most actions.
    actions: 'logs:*',
    resources: ['arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*'],
    conditionKeys: [],
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html',
  },
  {
    // Both actions are asked for, whichever of the two names the connection's ARN has.
    actions: 'codestar-connections:UseConnection',
    resources: ['arn:${Partition}:codeconnections:${Region}:${Account}:connection/${ConnectionId}'],
    conditionKeys: [],
    page: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html#edit-role-connections',
  },
  {
    // The guide's own key policy puts kms:Describe* under the context of the log group.
    actions: 'kms:DescribeKey',
    resources: [],
    conditionKeys: ['kms:encryptioncontext:aws:logs:arn'],
    page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  },
  {
    // The guide's own policy names the state machine and both keys; the reference has neither.
    actions: 'states:InvokeHTTPEndpoint',
    resources: [],
    conditionKeys: ['states:httpendpoint', 'states:httpmethod'],
    page: 'https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions',
  },
  {
    // EventBridge appends an id of its own.
    actions: 'events:RetrieveConnectionCredentials',
    resources: ['arn:${Partition}:events:${Region}:${Account}:connection/${ConnectionName}/${ConnectionUid}'],
    conditionKeys: [],
    page: 'https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions',
  },
];

/** The gaps with their ARNs as {@link arnPattern} has them. */
export const KNOWN_GAPS = GAPS.map((gap) => ({ ...gap, resources: gap.resources.map(arnPattern) }));
