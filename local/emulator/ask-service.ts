import { send } from '../../tools/client/api-client';
import type { Emulator } from './emulator';

/** A call of a service with a JSON protocol for which the project needs no SDK client, as the account's root. */
export async function askService(
  { endpoint, agent, region }: Pick<Emulator, 'endpoint' | 'agent' | 'region'>,
  service: string,
  target: string,
  input: object,
): Promise<unknown> {
  const answer = await send(`${endpoint}/`, agent, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': target,
      Authorization: `AWS4-HMAC-SHA256 Credential=test/20250101/${region}/${service}/aws4_request`,
    },
    body: JSON.stringify(input),
  });
  if (answer.status !== 200) throw new Error(`${target}: ${answer.status} ${answer.text}`);
  return answer.json();
}
