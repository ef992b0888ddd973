import { STSClient } from '@aws-sdk/client-sts';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { signRequest } from '../client/sign-request';
import { clientsOf, type ReadCall } from './read-call';
import { isThrottled } from './why-not-answered';

/** A service of AWS that speaks JSON 1.1 and for which there is no client of the SDK's present line, or only one question. */
export interface JsonService {
  /** Of the service's actions in IAM. */
  readonly prefix: string;
  /** What the header `X-Amz-Target` begins with. */
  readonly target: string;
  /** The host's first label; also the name in the signature. */
  readonly host: string;
}

const REQUEST_MILLISECONDS = 15_000;
const MOST_ATTEMPTS = 5;

const faultSchema = z.object({
  __type: z.string().default('UnknownError'),
  message: z.string().optional(),
  Message: z.string().optional(),
});

/** The SDK's own chain of credentials, so that whoever is signed in for one service is for this one too. */
const stsFor = clientsOf(STSClient);

/** Errors have the service's own name for them, as those of the SDK have. */
async function faultOf(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => ({}));
  const { data } = faultSchema.safeParse(body);
  const name = (data?.__type ?? 'UnknownError').replace(/^.*#/, '');
  const message = data?.message ?? data?.Message ?? response.statusText;
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: response.status } });
}

/**
 * The calls of such a service, signed and sent by us; each answer is read by its own schema.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonCallsOf({ prefix, target, host }: JsonService) {
  return <I, O>(operation: string, answer: z.ZodType<O>): ReadCall<I, O> => ({
    name: `${prefix}:${operation}`,
    actions: [`${prefix}:${operation}`],
    send: async (place, input) => {
      const { region, connection } = place;
      const { endpoint } = connection;
      const url = `${typeof endpoint === 'string' ? endpoint : `https://${host}.${region}.amazonaws.com`}/`;
      const request = {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `${target}.${operation}`,
        },
        body: JSON.stringify(input),
      };
      for (let attempt = 1; ; attempt += 1) {
        const signed = await signRequest(url, request, {
          region,
          service: host,
          credentials: await stsFor(place).config.credentials(),
        });
        const response = await fetch(url, {
          ...signed,
          body: request.body,
          signal: AbortSignal.timeout(REQUEST_MILLISECONDS),
        });
        if (response.ok) return answer.parse(await response.json());
        const fault = await faultOf(response);
        const isPassing = response.status >= 500 || isThrottled(fault);
        if (!isPassing || attempt === MOST_ATTEMPTS) throw fault;
        await delay(250 * 2 ** attempt);
      }
    },
  });
}
