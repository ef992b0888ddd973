import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';
import type { ProofRows } from '../proofs/proof-rows';
import { type Edge, edgesOf } from './edges';
import type { ResourceIndex } from './resource-index';
import { CONTRACT_RULES } from './rules';

/** An edge that a contract speaks of, its ends by their paths, and what of its requests is refused there. */
export interface EvaluatedEdge extends Pick<Edge, 'to' | 'value'> {
  readonly source: string;
  readonly target: string | undefined;
  readonly refused: readonly string[];
}

const TOPIC = 'AWS::SNS::Topic';
const ALARMS = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
/** What acts on an alarm by itself: it gathers others, or takes a release back. */
const ACTS_ON_ALARMS = [
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::StepFunctions::StateMachineAlias',
];

/**
 * Whether every alarm, and whatever else publishes to a topic, is heard: each edge on the way is one whose contract holds,
 * and the way ends at a subscription. An alarm without a topic must be one that another resource acts on. That a message
 * is read, no template shows. A topic to which functions alone publish has subscribers too.
 */
export function evaluateAlertPaths(
  rows: ProofRows,
  set: TemplateSet,
  index: ResourceIndex,
  evaluated: readonly EvaluatedEdge[],
): void {
  const subscribed = new Set(
    set
      .resources('AWS::SNS::Subscription')
      .flatMap((subscription) => targetsOf(subscription))
      .flatMap(({ at, path }) => (at === 'TopicArn' ? [path] : [])),
  );
  const actedOn = new Set(
    ACTS_ON_ALARMS.flatMap((type) => set.resources(type)).flatMap((resource) =>
      targetsOf(resource).flatMap(({ type, path }) => (ALARMS.includes(type) ? [path] : [])),
    ),
  );
  const ofSource = new Map<string, EvaluatedEdge[]>();
  for (const one of evaluated) {
    if (one.to !== TOPIC) continue;
    ofSource.set(one.source, [...(ofSource.get(one.source) ?? []), one]);
  }
  for (const [path, ways] of ofSource) {
    const source = set.at(path);
    if (!source) continue;
    rows.guarded(CONTRACT_RULES.alertsHeard, source, () => {
      rows.evaluate(
        CONTRACT_RULES.alertsHeard,
        source,
        [...new Set(ways.flatMap((way) => whyUnheard(way, subscribed)))],
        `heard by the subscribers of ${[...new Set(ways.map(({ target, value }) => target ?? value))].join(', ')}`,
      );
    });
  }
  for (const topic of set.resources(TOPIC))
    rows.evaluate(
      CONTRACT_RULES.alertsHeard,
      topic,
      subscribed.has(topic.path) ? [] : ['nobody is subscribed: whatever is published here reaches nobody'],
      'it has subscribers',
    );
  for (const alarm of ALARMS.flatMap((type) => set.resources(type))) {
    if (ofSource.has(alarm.path)) continue;
    rows.evaluate(
      CONTRACT_RULES.alertsHeard,
      alarm,
      actedOn.has(alarm.path) ? [] : ['it tells no topic, and no composite alarm or release acts on it'],
      'a composite alarm or a release acts on it',
    );
  }

  function targetsOf(
    source: Resource,
  ): readonly { readonly at: string; readonly type: string; readonly path: string }[] {
    return source.remember(evaluateAlertPaths, () =>
      edgesOf(source, index).flatMap(({ at, target }) =>
        target === undefined ? [] : [{ at, type: target.type, path: target.path }],
      ),
    );
  }
}

const whyUnheard = (
  { target, value, refused }: EvaluatedEdge,
  subscribed: ReadonlySet<string>,
): readonly string[] => [
  ...refused.map((problem) => `the way to ${value} is closed: ${problem}`),
  ...(target !== undefined && subscribed.has(target) ? [] : [`nobody is subscribed to ${target ?? value}`]),
];
