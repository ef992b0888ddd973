import type { ContactContext } from '../../../bin/operations/first-contact/exercise';
import { WEBHOOKS } from '../../../bin/operations/first-contact/webhooks';
import { loadContracts } from '../../../compliance/rules/contracts/load';
import { webhooksDefinition } from '../../../lib/constructs/webhooks/webhooks-definition';
import { loadStageConfig, parseStageConfig } from '../../../lib/config/load';
import { STAGE_NAMES } from '../../../lib/config/schema';
import { Names } from '../../../lib/names';
import { FakeAccount, json } from '../../support/fake-account';

const dev = loadStageConfig('dev');
const prod = loadStageConfig('prod');
const webhook = { address: 'https://receiver.example.com/pictures', confirmedOn: '2026-11-29' };

interface Tested {
  readonly definition: string;
  readonly roleArn: string;
  readonly input: string;
  readonly inspectionLevel: string;
}

/** Runs an exercise against an account whose state machine is ours and whose TestState answers so. */
async function seen(id: string, answer: (body: string) => object, config = dev) {
  const tested: Tested[] = [];
  const account = new FakeAccount({
    'states:DescribeStateMachine': json({
      definition: JSON.stringify(webhooksDefinition('arn:aws:lambda:x', 'arn:aws:events:x')),
      roleArn: 'arn:aws:iam::111122223333:role/sends',
    }),
    'sync-states:TestState': (input) => {
      tested.push(input as unknown as Tested);
      const { attempt } = JSON.parse(input['input'] ?? '') as { attempt: { body: string } };
      return json(answer(attempt.body));
    },
  });
  const exercise = WEBHOOKS.find((each) => each.id === id);
  const result = await exercise?.run({
    config,
    names: new Names(config, config.region),
    connection: { ...account.connection, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    now: () => new Date('2026-12-01T00:00:00Z'),
  } as unknown as ContactContext);
  return { result, tested };
}

describe('what a first contact measures of webhooks', () => {
  test('sends by the very state that stands in the account, under its role, and looks at the bytes', async () => {
    const { result, tested } = await seen('webhook-bytes', (body) => ({
      status: 'SUCCEEDED',
      output: '{"error":"States.Http.StatusCode.401"}',
      inspectionData: { request: { body }, response: { statusCode: '401' } },
    }));
    expect(result).toMatchObject({
      outcome: 'as expected',
      seen: expect.stringMatching(/^\d+ bytes as they were signed; the receiver answered 401$/) as string,
    });
    const [state] = tested;
    expect(state).toMatchObject({
      roleArn: 'arn:aws:iam::111122223333:role/sends',
      inspectionLevel: 'TRACE',
    });
    expect(JSON.parse(state?.definition ?? '')).toMatchObject({
      QueryLanguage: 'JSONata',
      Resource: 'arn:aws:states:::http:invoke',
    });
    expect(JSON.parse(state?.input ?? '')).toMatchObject({ address: webhook.address });
  });

  test.each<[string, (body: string) => object, string]>([
    [
      'quoted as JSON',
      (body) => ({ inspectionData: { request: { body: JSON.stringify(body) } } }),
      'otherwise',
    ],
    [
      'with other spaces',
      (body) => ({ inspectionData: { request: { body: body.replace(':', ': ') } } }),
      'otherwise',
    ],
    [
      'not at all, for the role may not',
      (body) => ({
        output: '{"error": "States.Http.AccessDenied"}',
        inspectionData: { request: { body } },
      }),
      'otherwise',
    ],
    ['without a trace', () => ({ status: 'FAILED', error: 'States.Runtime' }), 'not shown'],
  ])('says so when the body is sent %s', async (_how, answer, outcome) => {
    expect((await seen('webhook-bytes', answer)).result).toMatchObject({ outcome });
  });

  test.each([
    ['States.Http.AccessDenied', 'as expected'],
    ['States.Http.StatusCode.404', 'otherwise'],
  ])('an address that nobody confirmed ends with %s: %s', async (error, outcome) => {
    const { result, tested } = await seen('webhook-address-refused', () => ({
      output: JSON.stringify({ error }),
    }));
    expect(result).toMatchObject({ outcome });
    expect(JSON.parse(tested[0]?.input ?? '')).toMatchObject({ address: `${webhook.address}/first-contact` });
  });

  test('asks nothing where nobody is told', async () => {
    const { result, tested } = await seen('webhook-bytes', () => ({}), prod);
    expect([result?.outcome, tested]).toEqual(['not shown', []]);
  });
});

describe('a client beyond dev', () => {
  const told = { ...prod, clients: prod.clients.map((client) => ({ ...client, webhook })) };

  test('is told only once it was measured which bytes are sent', () => {
    expect(() => parseStageConfig(told, 'prod')).toThrow(/clients\.0\.webhook: .*first-contact/);
    const measured = { ...told, webhookBytesMeasuredOn: '2026-12-01' };
    expect(parseStageConfig(measured, 'prod').clients[0]?.webhook).toEqual(webhook);
  });

  test('and a day in the configuration is one that the contract has from AWS (npm run compliance -- measured)', () => {
    const contract = loadContracts().contracts.find(({ id }) => id === 'workflow-calls-address');
    const confirmed = contract?.measured.filter((each) => each.by === 'webhook-bytes');
    for (const { webhookBytesMeasuredOn: day } of STAGE_NAMES.map(loadStageConfig))
      if (day !== undefined)
        expect(confirmed).toContainEqual(expect.objectContaining({ on: day, result: 'confirmed' }));
    expect(contract?.measure).toContain('webhook-bytes');
  });
});
