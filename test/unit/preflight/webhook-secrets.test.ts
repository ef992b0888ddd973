import { regionsOf } from '../../../bin/preflight/preflight';
import { webhookSecretCheck } from '../../../bin/preflight/webhook-secrets';
import { dev } from '../../../lib/config/dev';
import { prod } from '../../../lib/config/prod';
import { FakeAccount, fault, json, type WireAnswer } from '../../support/fake-account';

const VERSIONS = (...stages: string[]) => json({ Name: 'x', VersionIdsToStages: { v1: stages } });
/** What is said of home and of the region that takes over, for a secret that is as given in each. */
async function ask(home: WireAnswer, recovery: WireAnswer) {
  const account = new FakeAccount({
    'secretsmanager:DescribeSecret': (_, region) => (region === dev.region ? home : recovery),
  });
  const outcomes = [];
  for (const region of regionsOf(dev, account.connection))
    outcomes.push((await webhookSecretCheck.run(region))[0]);
  return { outcomes, asked: account.asked };
}

describe('the secrets that sign webhooks', () => {
  it('are asked for by their names in both regions', async () => {
    const { outcomes, asked } = await ask(VERSIONS('AWSCURRENT'), VERSIONS('AWSPREVIOUS', 'AWSCURRENT'));
    expect(outcomes.map((outcome) => outcome?.state)).toEqual(['ready', 'ready']);
    expect(asked.map(({ region, input }) => [region, input['SecretId']])).toEqual(
      [dev.region, dev.drRegion].map((region) => [region, 'serverlessapp-dev-webhook-secret-demo']),
    );
  });
  it.each([
    ['holds nothing', json({ Name: 'x' })],
    ['holds only what is no more', VERSIONS('AWSPREVIOUS')],
  ])('are told when the one where the application takes over %s', async (_how, standby) => {
    const { outcomes } = await ask(VERSIONS('AWSCURRENT'), standby);
    expect(outcomes[0]?.state).toBe('ready');
    expect(outcomes[1]).toMatchObject({ state: 'action-needed' });
    expect(outcomes[1]?.next).toContain(`--region ${dev.drRegion}`);
    expect(outcomes[1]?.next).toContain('serverlessapp-dev-webhook-secret-rotation');
  });
  it('are nothing to do before the deployment makes them, nor where nobody is told', async () => {
    const { outcomes } = await ask(fault('ResourceNotFoundException'), VERSIONS('AWSCURRENT'));
    expect(outcomes[0]).toMatchObject({ state: 'ready' });
    const [nobody] = regionsOf(prod, new FakeAccount({}).connection);
    expect(await webhookSecretCheck.run(nobody)).toMatchObject([{ found: 'no client is told' }]);
  });
  it('are not known to be there when the question is refused', async () => {
    await expect(ask(fault('AccessDeniedException'), VERSIONS('AWSCURRENT'))).rejects.toThrow();
  });
});
