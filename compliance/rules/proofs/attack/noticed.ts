import {
  conditionsOf,
  type FilterPattern,
  matchesEvent,
  parseFilterPattern,
  valuesWanted,
} from '../signals/filter-pattern';
import { EVENT_NAMES } from '../signals/sample-lines';
import { dig } from '../model/dig';
import type { TemplateSet } from '../model/template-set';
import { globMatches } from '../iam/wildcards';
import type { Ask, Holder } from './attack-world';
import { foundOnce } from './found-once';
import { servicesOf } from './pass-role';
import { isForRoles } from './primitives';

/** One request of a way, and who makes it. */
export interface Call {
  readonly by: Holder;
  readonly ask: Ask;
  /** Whether he has the credentials themselves, also of a role that only services take. */
  readonly inHand?: boolean;
}

const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/**
 * Which service records a request, and by which names. IAM knows verbs and paths of API Gateway, and versions of no API:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html
 */
function recordedAs({ action, resource }: Ask): {
  readonly source: string;
  readonly names: readonly string[];
} {
  const [service = '', name = ''] = action.split(':');
  const found = EVENT_NAMES.actions.find(
    (each) => each.action === action && (each.on === undefined || globMatches(each.on, resource)),
  );
  const [source = service] =
    Object.entries(EVENT_NAMES.prefixes).find(([, prefix]) => prefix === service) ?? [];
  return { source: found?.source ?? source, names: found?.names ?? [name] };
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

/** What alone of a record says who made the request. */
const CALLER = 'userIdentity.sessionContext.sessionIssuer';

/** Services that run their customers' code: its calls come from where it runs, whoever took the role. */
const RUN_CODE = ['lambda.amazonaws.com', 'codebuild.amazonaws.com', 'ec2.amazonaws.com'];

/**
 * The services whose calls a request may be: on whose behalf a service asks, none of another; of a role that only services
 * take, theirs. Of such a call the record has the service's name, for an address too.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
function callersOf({ by, ask, inHand = false }: Call): readonly (string | undefined)[] {
  const via = ask.context?.['kms:ViaService'];
  return via === undefined ? servicesOfCalls(by, inHand) : [`${via.split('.')[0] ?? ''}.amazonaws.com`];
}

/** As {@link callersOf}, of requests that are on nobody's behalf. */
function servicesOfCalls(by: Holder, inHand: boolean): readonly (string | undefined)[] {
  const services = inHand || isForRoles(by) ? [] : servicesOf(by);
  const known = services.map((service) => (RUN_CODE.includes(service) ? undefined : service));
  return known.length === 0 ? [undefined] : [...new Set(known)];
}

/**
 * Calls that a service makes only together with another, which has a record of its own: CloudFormation starts a pipeline
 * after it made or updated it. (RestartExecutionOnUpdate)
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
 */
const ONLY_WITH: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cloudformation.amazonaws.com': {
    'codepipeline:StartPipelineExecution': 'codepipeline:UpdatePipeline',
  },
};

/** What CloudTrail says is read only, where the name of the event does not begin so. */
const READ_ONLY: Readonly<Record<string, readonly string[]>> = {
  // As records that others published have it.
  sts: ['AssumeRole'],
  // https://docs.aws.amazon.com/kms/latest/developerguide/ct-sign.html, ct-decrypt.html, ct-generatedatakey.html
  kms: ['Sign', 'Decrypt', 'GenerateDataKey'],
};

/** CloudTrail's record of a request, by one name that it may have. @param service who makes it; somebody on a machine of his own without */
function recordOf({ by, ask }: Call, eventName: string, service?: string): Record<string, unknown> {
  const { source } = recordedAs(ask);
  return {
    eventSource: `${source}.amazonaws.com`,
    eventName,
    eventCategory: 'Management',
    eventType: 'AwsApiCall',
    readOnly: /^(?:Get|List|Describe)/.test(eventName) || (READ_ONLY[source] ?? []).includes(eventName),
    sourceIPAddress: service ?? '203.0.113.64',
    userIdentity: {
      type: 'AssumedRole',
      ...(service === undefined ? {} : { invokedBy: service }),
      sessionContext: { sessionIssuer: { type: 'Role', arn: by.arn, userName: roleName(by.arn) } },
    },
    requestParameters: parametersOf(ask),
  };
}

/** What every list has. */
const inEach = (lists: readonly (readonly string[])[]): string[] =>
  [...new Set(lists.flat())].filter((each) => lists.every((list) => list.includes(each)));

interface Filter {
  /** The metric that it counts into, named as its alert. */
  readonly alert: string;
  readonly pattern: FilterPattern;
}

/** The alerts that count a request, by its caller where filters look at him, and else for whoever makes it. */
interface Heard {
  readonly isOfCaller: boolean;
  readonly alerts: Map<string, readonly string[]>;
}

/** What alone of whoever asks filters look at: his role where they look at that, and else which services' calls it may be. */
const keyOfCaller = (call: Call, isOfCaller: boolean): string =>
  [isOfCaller ? call.by.arn : '', ...callersOf(call)].join(' ');

/** The filters of a trail by the event names that they look for, with every answer that they gave. */
class Filters {
  private readonly byName = new Map<string, Filter[]>();
  private readonly ofAnyName: Filter[] = [];
  private readonly known = new Map<string, Heard>();

  constructor(set: TemplateSet) {
    const logs = set
      .resources('AWS::CloudTrail::Trail')
      .map((trail) => trail.optionalText('CloudWatchLogsLogGroupArn')?.split(':')[6]);
    for (const filter of set.resources('AWS::Logs::MetricFilter')) {
      if (!logs.includes(filter.text('LogGroupName'))) continue;
      const pattern = parseFilterPattern(filter.text('FilterPattern'));
      const names = valuesWanted(pattern, '$.eventName');
      for (const alert of filter.list('MetricTransformations').map((each) => dig(each, 'MetricName'))) {
        const own = { alert: String(alert), pattern };
        if (names === undefined) this.ofAnyName.push(own);
        for (const name of names ?? []) this.byName.set(name, [...(this.byName.get(name) ?? []), own]);
      }
    }
  }

  private of(name: string): Filter[] {
    return [...this.ofAnyName, ...(this.byName.get(name) ?? [])];
  }

  private heardOf(ask: Ask): Heard {
    const words = `${ask.action} ${ask.resource}`;
    const heard = this.known.get(words) ?? {
      isOfCaller: recordedAs(ask).names.some((name) =>
        this.of(name).some(({ pattern }) =>
          conditionsOf(pattern).some(({ field }) => field.startsWith(`$.${CALLER}`)),
        ),
      ),
      alerts: new Map<string, readonly string[]>(),
    };
    this.known.set(words, heard);
    return heard;
  }

  /** Whether it matters who makes a request. */
  lookAtCaller(ask: Ask): boolean {
    return this.heardOf(ask).isOfCaller;
  }

  /** The alerts whose filters count a request, whatever its record is named. */
  alertsOf(call: Call): readonly string[] {
    const heard = this.heardOf(call.ask);
    const caller = keyOfCaller(call, heard.isOfCaller);
    const alerts = heard.alerts.get(caller) ?? this.evaluate(call);
    heard.alerts.set(caller, alerts);
    return alerts;
  }

  /** The alerts that count a request of a service, or of somebody, whatever its record is named. */
  private evaluateOf(call: Call, service: string | undefined): Set<string> {
    const byName = recordedAs(call.ask).names.map((name) => {
      const record = recordOf(call, name, service);
      return this.of(name)
        .filter(({ pattern }) => matchesEvent(pattern, record))
        .map(({ alert }) => alert);
    });
    const action = ONLY_WITH[service ?? '']?.[call.ask.action];
    const besides =
      action === undefined ? [] : this.evaluateOf({ ...call, ask: { ...call.ask, action } }, service);
    return new Set([...inEach(byName), ...besides]);
  }

  private evaluate(call: Call): string[] {
    return inEach(callersOf(call).map((service) => [...this.evaluateOf(call, service)]));
  }
}

/** Made once, also for templates that differ elsewhere. */
const filtersOf = (set: TemplateSet): Filters => set.remember(Filters, '', () => new Filters(set));

/** The trail of an account, and the templates with what looks for something there. */
export interface Trail {
  readonly account: string;
  readonly set: TemplateSet;
}

/** What counts the requests of one of whom filters see the same: most requests alike of everybody who is in an account. */
interface Hearing {
  /** Of requests of which no filter looks at who makes them; the same for all of whom records say the same besides. */
  readonly ofAnybody: Map<Ask, readonly string[]>;
  /** Of requests of which a filter looks at who makes them. */
  readonly ofHim: Map<Ask, readonly string[]>;
}

/** The alerts that count requests, in the trails where these are recorded. */
export class Alerts {
  private readonly trails: readonly { readonly account: string; readonly filters: Filters }[];
  private readonly maps = new Map<string, Hearing['ofHim']>();
  private readonly hearings = [new WeakMap<Holder, Hearing>(), new WeakMap<Holder, Hearing>()] as const;
  private readonly looks = new WeakMap<Ask, boolean>();

  constructor(trails: readonly Trail[]) {
    this.trails = trails.map(({ account, set }) => ({ account, filters: filtersOf(set) }));
  }

  /** Those that were made of the same filters: what they know holds as long as no filter is another. */
  static of(trails: readonly Trail[]): Alerts {
    const alerts = new Alerts(trails);
    const [first] = alerts.trails;
    const made = first === undefined ? [] : (madeOf.get(first.filters) ?? []);
    const known = made.find(
      (each) =>
        each.trails.every(({ account, filters }, index) => {
          const own = alerts.trails[index];
          return own?.account === account && own.filters === filters;
        }) && each.trails.length === alerts.trails.length,
    );
    if (known !== undefined) return known;
    if (first !== undefined) madeOf.set(first.filters, [...made, alerts]);
    return alerts;
  }

  private mapOf(key: string): Hearing['ofHim'] {
    return foundOnce(this.maps, key, () => new Map<Ask, readonly string[]>());
  }

  /** The answers about requests of a caller, as far as they were asked for. */
  private hearingOf({ by, inHand = false }: Omit<Call, 'ask'>): Hearing {
    const hearings = this.hearings[inHand ? 1 : 0];
    return foundOnce(hearings, by, () => {
      const others = `${by.account} ${servicesOfCalls(by, inHand).join(' ')}`;
      return { ofAnybody: this.mapOf(others), ofHim: this.mapOf(`${others} ${by.arn}`) };
    });
  }

  /** By the ends of their names. */
  of(call: Call): readonly string[] {
    const { ask } = call;
    const { ofAnybody, ofHim } = this.hearingOf(call);
    const known = ofAnybody.get(ask) ?? ofHim.get(ask);
    if (known !== undefined) return known;
    const found = this.find(call);
    (this.lookAtCaller(ask) ? ofHim : ofAnybody).set(ask, found);
    return found;
  }

  /** Whether a filter looks at who makes a request. */
  lookAtCaller(ask: Ask): boolean {
    return foundOnce(this.looks, ask, () => this.trails.some(({ filters }) => filters.lookAtCaller(ask)));
  }

  /**
   * Two objects that stand for who is heard alike: for all whose requests are, as far as no filter looks at who makes one, and
   * for all whose others are.
   */
  alikeWith(caller: Omit<Call, 'ask'>): readonly object[] {
    const { ofAnybody, ofHim } = this.hearingOf(caller);
    return [ofAnybody, ofHim];
  }

  private find(call: Call): readonly string[] {
    // A request is recorded where its caller is, and where what it is about is, which not every ARN says.
    const about = call.ask.resource.split(':')[4];
    const recorded = this.trails.filter(({ account }) => account === call.by.account || account === about);
    const [only, ...others] = recorded.map(({ filters }) => filters.alertsOf(call));
    return others.length === 0 ? (only ?? []) : [...new Set([...(only ?? []), ...others.flat()])];
  }
}

const madeOf = new WeakMap<Filters, Alerts[]>();
