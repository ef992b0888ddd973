import { matchesLine, parseFilterPattern } from '../signals/filter-pattern';
import { EVENT_NAMES } from '../signals/sample-lines';
import { dig } from '../model/dig';
import type { TemplateSet } from '../model/template-set';
import { globMatches } from '../iam/wildcards';
import type { Ask, Holder } from './attack-world';

/** One request of a way, and who makes it. */
export interface Call {
  readonly by: Holder;
  readonly ask: Ask;
}

const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/**
 * What records of a request are named. IAM knows verbs and paths of API Gateway, and versions of no API:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html
 */
function eventNames({ action, resource }: Ask): readonly string[] {
  const [, name = ''] = action.split(':');
  const found = EVENT_NAMES.actions.find(
    (each) => each.action === action && (each.on === undefined || globMatches(each.on, resource)),
  );
  return found?.names ?? [name];
}

/** What a record says of its request, as far as filters look at it. */
function parametersOf({ action, resource }: Ask): Record<string, unknown> {
  if (action === 'sts:AssumeRole') return { roleArn: resource };
  if (action === 'codepipeline:PutApprovalResult') return { actionName: roleName(resource) };
  if (action === 'codepipeline:StartPipelineExecution') return { name: resource.split(':').at(-1) };
  const [, bucketName] = /^arn:aws:s3:::([^/]+)/.exec(resource) ?? [];
  if (bucketName !== undefined) return { bucketName };
  // Whoever wants the value of a key asks for it.
  if (action === 'apigateway:GET') return { includeValue: true };
  return {};
}

/** CloudTrail's records of a request that its caller makes from a machine of his own, one for each name that they may have. */
function recordsOf({ by, ask }: Call): string[] {
  const [service = ''] = ask.action.split(':');
  const [source = service] =
    Object.entries(EVENT_NAMES.prefixes).find(([, prefix]) => prefix === service) ?? [];
  return eventNames(ask).map((eventName) =>
    JSON.stringify({
      eventSource: `${source}.amazonaws.com`,
      eventName,
      eventCategory: 'Management',
      eventType: 'AwsApiCall',
      readOnly: /^(?:Get|List|Describe)/.test(eventName),
      sourceIPAddress: '203.0.113.64',
      userIdentity: {
        type: 'AssumedRole',
        sessionContext: { sessionIssuer: { type: 'Role', arn: by.arn, userName: roleName(by.arn) } },
      },
      requestParameters: parametersOf(ask),
    }),
  );
}

/** The trail of an account, and what filters look for there. */
export interface Trail {
  readonly account: string;
  readonly set: TemplateSet;
}

const patternsOf = ({ set }: Trail, alert: string): string[] =>
  set
    .resources('AWS::Logs::MetricFilter')
    .filter((filter) =>
      filter.list('MetricTransformations').some((each) => dig(each, 'MetricName') === alert),
    )
    .map((filter) => filter.text('FilterPattern'));

/** A request is recorded where its caller is, and where what it is about is, which not every ARN says. */
const isRecordedIn = ({ by, ask }: Call, account: string): boolean =>
  by.account === account || ask.resource.split(':')[4] === account;

/** Says of a call whether the filters of an alert count it, in the trail of an account where it is recorded. */
export function listener(trails: readonly Trail[], alert: string): (call: Call) => boolean {
  const filters = trails.map((trail) => ({
    account: trail.account,
    patterns: [...new Set(patternsOf(trail, alert))].map(parseFilterPattern),
  }));
  const known = new Map<string, boolean>();
  return (call) => {
    const key = `${call.by.arn} ${call.ask.action} ${call.ask.resource}`;
    const found =
      known.get(key) ??
      filters.some(
        ({ account, patterns }) =>
          isRecordedIn(call, account) &&
          recordsOf(call).every((line) => patterns.some((pattern) => matchesLine(pattern, line))),
      );
    known.set(key, found);
    return found;
  };
}
