import { BOUNDS } from '../../lambda/domain/bounds';
import { webhooksDefinition } from '../../lib/constructs/webhooks/webhooks-definition';
import { statementsOf } from '../support/policy-statements';
import { at, ofType, STAGES, synthesized } from '../support/synthesized-stage';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly Retry?: unknown[];
  readonly Catch?: { readonly ErrorEquals: string[]; readonly Next: string }[];
  readonly MaxConcurrency?: number;
  readonly ItemProcessor?: { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };
}
const definition = webhooksDefinition('arn:function', 'arn:connection') as {
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds: number;
};
const { States } = definition;
const post = States['Send']?.ItemProcessor?.States['Post'];

describe('the workflow that tells a client', () => {
  it('signs, sends, and takes in what became of it, until nothing is to be sent', () => {
    expect(States['Next']?.Next).toBe('IsAnyToSend');
    expect(States['Send']?.Next).toBe('Next');
    expect(JSON.stringify(States['IsAnyToSend'])).toContain('"Next":"Send"');
    expect(States['Done']?.Type).toBe('Succeed');
  });
  it('sends the signed text as it is, to the address of its input, and repeats nothing by itself', () => {
    expect(post?.Resource).toBe('arn:aws:states:::http:invoke');
    expect(post?.Arguments).toMatchObject({
      ApiEndpoint: '{% $states.input.address %}',
      Method: 'POST',
      Headers: '{% $states.input.attempt.headers %}',
      RequestBody: '{% $states.input.attempt.body %}',
    });
    expect(post?.Retry).toBeUndefined();
    expect(post?.Catch?.map(({ ErrorEquals }) => ErrorEquals)).toEqual([['States.ALL']]);
  });
  it('is patient in order: an answer, the hold of the endpoint, the run', () => {
    expect(post?.TimeoutSeconds).toBe(BOUNDS.webhookAnswerSeconds);
    const round = BOUNDS.webhookAnswerSeconds + BOUNDS.taskSeconds * 2;
    expect(BOUNDS.webhookHoldSeconds).toBeGreaterThan(round);
    expect(definition.TimeoutSeconds).toBeGreaterThan(BOUNDS.webhookHoldSeconds);
  });
  it('stays below the events that an execution may have', () => {
    // Entered, scheduled, started, succeeded, exited, and the iteration's own two; and what a round has besides.
    const events = BOUNDS.webhookRounds * (BOUNDS.webhooksAtOnce * 9 + 15);
    expect(events).toBeLessThan(25_000);
  });
});

describe.each(STAGES)('webhooks in %s', (name) => {
  const stage = synthesized(name);
  const addresses = stage.config.clients.flatMap(({ webhook }) => (webhook ? [webhook.address] : []));
  it('make nothing where no client is told, and else one connection without credentials', () => {
    const connections = ofType(stage, 'AWS::Events::Connection');
    expect(connections).toHaveLength(addresses.length > 0 ? 1 : 0);
    for (const { Properties } of connections)
      expect(at(Properties, 'AuthParameters', 'ApiKeyAuthParameters', 'ApiKeyValue')).toEqual({
        Ref: 'AWS::StackName',
      });
  });
  it('may go to the confirmed addresses alone, by POST', () => {
    const grants = statementsOf(stage).filter(({ actions }) => actions.includes('states:InvokeHTTPEndpoint'));
    const own = grants.filter(({ resource }) =>
      String(resource.Properties['ManagedPolicyName']).endsWith('-webhooks-workflow-policy'),
    );
    expect(own).toHaveLength(addresses.length > 0 ? 1 : 0);
    for (const { Condition } of own)
      expect(Condition).toEqual({
        StringEquals: {
          'states:HTTPEndpoint': addresses,
          'states:HTTPMethod': 'POST',
        },
      });
  });
});
