import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addApiKeyId } from '../../../local/runtime/api-key-id';

describe('an event of the API on its way to a function', () => {
  const directory = mkdtempSync(join(tmpdir(), 'api-keys-'));
  const file = join(directory, 'keys.json');
  writeFileSync(file, JSON.stringify({ secret: 'id1' }));
  afterAll(() => rmSync(directory, { recursive: true }));
  const event = (headers: object) => ({
    headers,
    requestContext: { requestId: 'r', identity: { sourceIp: 'x' } },
  });

  it('adds the id of a known key, whatever the case of the header', () => {
    expect(addApiKeyId(event({ 'X-API-Key': 'secret' }), file)).toMatchObject({
      requestContext: { requestId: 'r', identity: { sourceIp: 'x', apiKey: 'secret', apiKeyId: 'id1' } },
    });
  });

  it.each([
    ['an unknown key', event({ 'x-api-key': 'other' })],
    ['no key', event({})],
    ['no proxy event', { Records: [{ eventSource: 'aws:sqs' }] }],
    ['nothing', null],
  ])('leaves an event with %s as it is', (_, untouched) => {
    expect(addApiKeyId(untouched, file)).toBe(untouched);
  });
});
