import { BOUNDS } from '../../lambda/domain/bounds';
import { at, ofType, STAGES, synthesized } from '../support/synthesized-stage';

describe.each(STAGES)('clients of %s', (name) => {
  const stage = synthesized(name);
  const { config, names } = stage;
  const arrivals = ofType(stage, 'AWS::Events::Rule').filter(({ Properties }) =>
    names.arrivalRules(config.clients).includes(String(Properties['Name'])),
  );
  const groupOf = new Map(
    arrivals.map(({ Properties }) => [
      Properties['Name'],
      at(Properties, 'Targets', 0, 'SqsParameters', 'MessageGroupId'),
    ]),
  );

  it('Given pictures of several, then each client has a message group, and what names none has one of its own', () => {
    expect(groupOf).toEqual(
      new Map([
        ...config.clients.map(({ id }) => [names.arrivalRule(id), id] as const),
        [names.arrivalRuleOfTheRest, '-'],
      ]),
    );
  });

  it('Given what arrives, then all rules lead to the one intake queue and lose nothing', () => {
    const targets = arrivals.map(({ Properties }) =>
      JSON.stringify({ ...(at(Properties, 'Targets', 0) as object), SqsParameters: undefined }),
    );
    expect(new Set(targets).size).toBe(1);
    expect(targets[0]).toContain('DeadLetterConfig');
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: characters of a pattern
    for (const { Properties } of arrivals)
      expect(JSON.stringify(Properties['EventPattern']).length).toBeLessThan(2048);
  });

  it('Given one key that asks without end, then half of every method is left to the others', () => {
    const [api] = ofType(stage, 'AWS::ApiGateway::Stage');
    const ofAll = new Map(
      (api?.Properties['MethodSettings'] as Record<string, unknown>[]).map((setting) => [
        `${String(setting['ResourcePath']).replaceAll('~1', '/').replace(/^\/\//, '/')}/${String(setting['HttpMethod'])}`,
        { rate: Number(setting['ThrottlingRateLimit']), burst: Number(setting['ThrottlingBurstLimit']) },
      ]),
    );
    const plans = ofType(stage, 'AWS::ApiGateway::UsagePlan');
    expect(plans).toHaveLength(config.plans.length);
    for (const { Properties } of plans) {
      const throttle = at(Properties, 'ApiStages', 0, 'Throttle') as Record<
        string,
        { RateLimit: number; BurstLimit: number }
      >;
      expect(Object.keys(throttle).sort()).toEqual([
        '/images/GET',
        '/images/{id}/DELETE',
        '/images/{id}/GET',
        '/upload/POST',
      ]);
      for (const [method, { RateLimit, BurstLimit }] of Object.entries(throttle)) {
        const all = ofAll.get(method);
        expect({ method, RateLimit }).toEqual({ method, RateLimit: (all?.rate ?? NaN) * BOUNDS.keyShare });
        expect(BurstLimit).toBeLessThanOrEqual(Math.ceil((all?.burst ?? NaN) * BOUNDS.keyShare));
      }
    }
  });
});
