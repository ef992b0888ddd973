import type { Statement } from './statement';

/** An edge on which AWS sends no `aws:SourceAccount` or `aws:SourceArn`, so that a policy that asks for one lets nobody in. */
interface EdgeWithoutSource {
  readonly service: string;
  readonly action: string;
  /** The AWS page that says so. */
  readonly page: string;
  /** Who could use the edge who should not. */
  readonly remains: string;
}

/** What a policy cannot keep for our account alone: it names its one resource instead, and what remains is said. */
export const EDGES_WITHOUT_SOURCE: readonly EdgeWithoutSource[] = [
  {
    service: 'events.amazonaws.com',
    action: 'sns:Publish',
    page: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions',
    remains: "a rule of another account that knows the topic's ARN could send a message to it",
  },
];

const namesOneResource = ({ resources }: Statement): boolean =>
  resources?.items.length === 1 && !/[*?]/.test(resources.items[0] ?? '*');

/** The edge that a statement is there for, when it does nothing else and names one resource exactly. */
export const edgeWithoutSource = (statement: Statement, service: string): EdgeWithoutSource | undefined =>
  namesOneResource(statement)
    ? EDGES_WITHOUT_SOURCE.find(
        (edge) =>
          edge.service === service && statement.actions.items.every((action) => action === edge.action),
      )
    : undefined;
