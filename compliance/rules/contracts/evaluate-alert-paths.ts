import type { Resource } from '../proofs/model/resource';
import type { TemplateSet } from '../proofs/model/template-set';
import type { ProofRows } from '../proofs/proof-rows';
import { type Edge, edgesOf } from './edges';
import type { ResourceIndex } from './resource-index';
import { CONTRACT_RULES } from './rules';

/** An edge that a contract speaks of, and what of its requests is refused there. */
export interface EvaluatedEdge {
  readonly edge: Edge;
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
    set.resources('AWS::SNS::Subscription').flatMap((subscription) => targetsAt(subscription, 'TopicArn')),
  );
  const actedOn = new Set(
    ACTS_ON_ALARMS.flatMap((type) => set.resources(type)).flatMap((resource) =>
      edgesOf(resource, index).flatMap(({ target }) =>
        target !== undefined && ALARMS.includes(target.type) ? [target] : [],
      ),
    ),
  );
  const ofSource = new Map<Resource, EvaluatedEdge[]>();
  for (const one of evaluated) {
    if (one.edge.to !== TOPIC) continue;
    ofSource.set(one.edge.source, [...(ofSource.get(one.edge.source) ?? []), one]);
  }
  for (const [source, ways] of ofSource)
    rows.guarded(CONTRACT_RULES.alertsHeard, source, () => {
      rows.evaluate(
        CONTRACT_RULES.alertsHeard,
        source,
        [...new Set(ways.flatMap((way) => whyUnheard(way, subscribed)))],
        `heard by the subscribers of ${[...new Set(ways.map(({ edge }) => edge.target?.path ?? edge.value))].join(', ')}`,
      );
    });
  for (const topic of set.resources(TOPIC))
    rows.evaluate(
      CONTRACT_RULES.alertsHeard,
      topic,
      subscribed.has(topic) ? [] : ['nobody is subscribed: whatever is published here reaches nobody'],
      'it has subscribers',
    );
  for (const alarm of ALARMS.flatMap((type) => set.resources(type))) {
    if (ofSource.has(alarm)) continue;
    rows.evaluate(
      CONTRACT_RULES.alertsHeard,
      alarm,
      actedOn.has(alarm) ? [] : ['it tells no topic, and no composite alarm or release acts on it'],
      'a composite alarm or a release acts on it',
    );
  }

  function targetsAt(source: Resource, property: string): Resource[] {
    return edgesOf(source, index).flatMap(({ at, target }) =>
      at === property && target !== undefined ? [target] : [],
    );
  }
}

const whyUnheard = (
  { edge, refused }: EvaluatedEdge,
  subscribed: ReadonlySet<Resource>,
): readonly string[] => [
  ...refused.map((problem) => `the way to ${edge.value} is closed: ${problem}`),
  ...(edge.target !== undefined && subscribed.has(edge.target)
    ? []
    : [`nobody is subscribed to ${edge.target?.path ?? edge.value}`]),
];
