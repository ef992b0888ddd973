import {
  DescribeStateMachineCommand,
  SFNClient,
  TestStateCommand,
  type TestStateCommandOutput,
} from '@aws-sdk/client-sfn';
import { randomBytes } from 'node:crypto';
import { BOUNDS } from '../../../lambda/domain/bounds';
import { webhookHeaders } from '../../../lambda/domain/webhook-signature';
import { toldClients } from '../../../lib/config/schema';
import { type ContactContext, type Exercise, evaluated, notShown, type Seen, settingsOf } from './exercise';

const NO_UUID = '00000000-0000-4000-8000-000000000000';
/** A message as the function makes them, whose signature is of a secret that nobody has. */
function message(now: Date) {
  const body = JSON.stringify({
    type: 'image.failed',
    timestamp: now.toISOString(),
    data: { imageId: NO_UUID, link: `/images/${NO_UUID}` },
  });
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const timestamp = Math.floor(now.getTime() / 1000);
  return { body, headers: webhookHeaders([secret], { id: 'msg_first_contact', timestamp, body }) };
}

interface Definition {
  readonly QueryLanguage: string;
  readonly States: {
    readonly Send: { readonly ItemProcessor: { readonly States: { readonly Post: object } } };
  };
}

/** Runs the state that sends, as it stands in the account and under its own role. */
async function send(
  context: ContactContext,
  address: string,
): Promise<{ sent: string; answer: TestStateCommandOutput }> {
  const { names, now } = context;
  const states = new SFNClient(settingsOf(context));
  const { definition = '{}', roleArn } = await states.send(
    new DescribeStateMachineCommand({ stateMachineArn: names.webhooksArn }),
  );
  const { QueryLanguage, States } = JSON.parse(definition) as Definition;
  const { body, headers } = message(now());
  const token = { imageId: NO_UUID, version: 'first-contact' };
  const answer = await states.send(
    new TestStateCommand({
      definition: JSON.stringify({ QueryLanguage, ...States.Send.ItemProcessor.States.Post }),
      roleArn,
      input: JSON.stringify({ address, attempt: { token, headers, body } }),
      inspectionLevel: 'TRACE',
    }),
  );
  return { sent: body, answer };
}

/** What a caught error is, too: the state catches all. */
const errorOf = ({ error, output = '' }: TestStateCommandOutput): string | undefined =>
  error ?? /"error":\s*"([^"]+)"/.exec(output)?.[1];

const needsAws = 'it has no TestState; the tests send to a receiver that verifies';
const NOBODY = notShown('no client of this stage is told');

/** What the address of one told client shows, or that there is none. */
const ofToldClient =
  (run: (context: ContactContext, address: string) => Promise<Seen>) =>
  async (context: ContactContext): Promise<Seen> => {
    const [client] = toldClients(context.config);
    return client === undefined ? NOBODY : run(context, client.webhook.address);
  };

/** What no page says of how an HTTP Task sends; docs/decisions/0707 asks for it before a client beyond dev is told. */
export const WEBHOOKS: readonly Exercise[] = [
  {
    id: 'webhook-bytes',
    edge: 'Step Functions → a client’s receiver: the body of an HTTP Task',
    contracts: ['workflow-calls-address', 'workflow-uses-connection'],
    expected: 'the body is sent byte for byte as it was signed',
    does: 'has the state that sends tested (TestState, TRACE) with one message to the address of a told client; its signature is of no secret, so that the receiver refuses it',
    cost: `below 0.01 $; at most ${BOUNDS.webhookAnswerSeconds} seconds`,
    needsAws,
    mark: { name: 'TestState' },
    run: ofToldClient(async (context, address) => {
      const { sent, answer } = await send(context, address);
      const { request, response } = answer.inspectionData ?? {};
      if (request?.body === undefined)
        return notShown(`the trace holds no body (${errorOf(answer) ?? answer.status ?? 'no status'})`);
      const received = `the receiver answered ${response?.statusCode ?? errorOf(answer) ?? 'nothing'}`;
      return request.body === sent
        ? evaluated(
            errorOf(answer) !== 'States.Http.AccessDenied',
            `${Buffer.byteLength(sent)} bytes as they were signed; ${received}`,
          )
        : evaluated(false, `signed ${sent}, sent ${request.body}; ${received}`);
    }),
  },
  {
    id: 'webhook-address-refused',
    edge: 'Step Functions → an address that nobody confirmed',
    contracts: ['workflow-calls-address'],
    expected: 'States.Http.AccessDenied',
    does: 'has the state that sends tested with an address below the one of a told client, which its role may not call',
    cost: 'nothing',
    needsAws,
    run: ofToldClient(async (context, address) => {
      const { answer } = await send(context, `${address.replace(/\/$/, '')}/first-contact`);
      const error = errorOf(answer);
      return evaluated(error === 'States.Http.AccessDenied', error ?? `answered: ${answer.status ?? ''}`);
    }),
  },
];
