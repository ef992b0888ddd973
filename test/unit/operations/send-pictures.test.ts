import { Agent } from 'node:https';
import { sendPictures } from '../../../bin/operations/send-pictures';
import { ApiClient, type HttpAnswer } from '../../../tools/client/api-client';

const ID = '11111111-2222-4333-8444-555555555555';
const answer = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: {},
  text: JSON.stringify(body),
  json: () => body,
});
const view = (more: object) => ({
  ImageID: ID,
  Timestamp: '2025-08-04T11:42:00Z',
  S3Location: 's3://bucket/cats/1.jpg',
  ProcessingStatus: 'completed',
  FileName: 'p.jpg',
  FileSize: 1000,
  ImageFormat: 'jpg',
  ...more,
});

/** An API that takes every picture and says the same of each. */
class SteadyApi extends ApiClient {
  uploads = 0;
  constructor(
    private readonly outcome: HttpAnswer,
    private readonly upload = answer(202, {
      imageId: ID,
      status: 'processing',
      links: { self: `/images/${ID}` },
    }),
  ) {
    super('https://api.example.com', 'key', new Agent());
  }
  override call(path: string): Promise<HttpAnswer> {
    if (path === '/upload') this.uploads += 1;
    return Promise.resolve(path === '/upload' ? this.upload : this.outcome);
  }
}

async function send(api: SteadyApi, count: number, timeoutMilliseconds = 5000) {
  const lines: string[] = [];
  const faults = await sendPictures(api, {
    count,
    perSecond: 1000,
    print: (line) => lines.push(line),
    timeoutMilliseconds,
  });
  return { faults, lines };
}

describe('synthetic pictures', () => {
  it('that are decided rightly are no fault; one that is not is named, with what it shows', async () => {
    const api = new SteadyApi(
      answer(200, view({ DetectedAnimal: 'cat', ConfidenceScore: 99, DecisionReason: 'clear' })),
    );
    const { faults, lines } = await send(api, 3);
    expect(api.uploads).toBe(3);
    expect(faults).toBe(2);
    expect(lines.slice(0, 2)).toEqual([
      `synthetic-1-dog.jpg ${ID}: decided cat, shows dog`,
      `synthetic-2-other.jpg ${ID}: decided cat, shows other`,
    ]);
    expect(lines[2]).toMatch(/^1 of 3 pictures decided rightly/);
    expect((await send(api, 1)).faults).toBe(0);
  });
  it.each([
    [
      'quarantined',
      answer(200, view({ ProcessingStatus: 'quarantined', QuarantineReason: 'malformed' })),
      /quarantined: malformed$/,
    ],
    ['failed', answer(200, view({ ProcessingStatus: 'failed' })), /failed: still failed$/],
    ['unfinished', answer(200, view({ ProcessingStatus: 'processing' })), /failed: still processing$/],
  ])('that end %s are named', async (_how, outcome, said) => {
    const { faults, lines } = await send(new SteadyApi(outcome), 1, 300);
    expect(faults).toBe(1);
    expect(lines[0]).toMatch(said);
  });
  it('that are refused at once are named', async () => {
    const refusal = answer(422, {
      type: 'about:blank',
      title: 'No',
      status: 422,
      code: 'picture-rejected',
      reason: 'animated',
    });
    const { faults, lines } = await send(new SteadyApi(answer(404, {}), refusal), 1);
    expect(faults).toBe(1);
    expect(lines[0]).toMatch(/^synthetic-0-cat\.jpg without id: rejected: /);
  });
});
