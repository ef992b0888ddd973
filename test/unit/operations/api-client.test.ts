import https from 'node:https';
import { ApiClient, USER_AGENT } from '../../../tools/client/api-client';

describe('our own client of the API', () => {
  afterEach(() => jest.restoreAllMocks());

  // NoUserAgent_HEADER: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
  it('names itself in every request, or the firewall would answer 403', async () => {
    const request = jest.spyOn(https, 'request').mockImplementation(() => {
      throw new Error('not sent');
    });
    const client = new ApiClient('https://api.example.com', 'key', new https.Agent());
    await expect(client.call('/images')).rejects.toThrow('not sent');
    expect(request.mock.calls[0]?.[1]).toMatchObject({ headers: { 'User-Agent': USER_AGENT } });
  });
});
