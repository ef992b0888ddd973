import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { operationsContext } from '../../../bin/operations/context';
import { redriveWebhooks } from '../../../bin/operations/redrive-webhooks';

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
interface Mark {
  readonly queue: string;
  readonly version: string;
}
type Input = Record<string, Record<string, unknown> & { ImageID?: string }>;

/** The index of marks behind the real SDK client, three to a page; `meanwhile` happens between a list and the first write. */
class Marks {
  readonly marks = new Map<string, Mark>();
  readonly written: Input[] = [];
  meanwhile: (() => void) | undefined;

  constructor(...queues: string[]) {
    for (const [n, queue] of queues.entries())
      this.marks.set(`webhook#${idOf(n)}`, { queue, version: `v${n}` });
  }

  private query({ ExpressionAttributeValues, ExclusiveStartKey }: Input): object {
    const queue = ExpressionAttributeValues?.[':queue'];
    const keys = [...this.marks].filter(([, mark]) => mark.queue === queue).map(([key]) => key);
    const from = ExclusiveStartKey === undefined ? 0 : keys.indexOf(String(ExclusiveStartKey.ImageID)) + 1;
    const page = keys.slice(from, from + 3);
    return {
      Items: page.map((ImageID) => ({ ImageID, MarkVersion: this.marks.get(ImageID)?.version })),
      ...(from + 3 < keys.length && { LastEvaluatedKey: { ImageID: page.at(-1) } }),
    };
  }

  private update(input: Input): object {
    const { meanwhile } = this;
    this.meanwhile = undefined;
    meanwhile?.();
    const key = String(input['Key']?.ImageID);
    const values = input['ExpressionAttributeValues'] ?? {};
    const mark = this.marks.get(key);
    if (mark === undefined || mark.queue !== values[':givenUp'] || mark.version !== values[':version'])
      throw Object.assign(new Error('refused'), { name: 'ConditionalCheckFailedException' });
    this.marks.set(key, { version: mark.version, queue: String(values[':client']) });
    this.written.push(input);
    return {};
  }

  context(confirmed: boolean, lines: string[]) {
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
    documents.middlewareStack.add(
      (_next, { commandName = '' }) =>
        async ({ input }) => {
          await Promise.resolve();
          const given = input as Input;
          const output = commandName === 'QueryCommand' ? this.query(given) : this.update(given);
          return { response: {}, output: { $metadata: {}, ...output } };
        },
      { step: 'initialize', name: 'marks', priority: 'high' },
    );
    return {
      ...operationsContext('dev', confirmed),
      documents,
      now: () => Date.parse('2026-12-01T00:00:00Z'),
      print: (line: string) => void lines.push(line),
    };
  }
}

describe('giving messages to clients back', () => {
  const lines: string[] = [];
  const ALL = { client: undefined, images: [] };
  beforeEach(() => (lines.length = 0));

  test('without confirmation tells what it would give back, and changes nothing', async () => {
    const marks = new Marks('given-up#demo', 'demo', 'given-up#demo');
    expect(await redriveWebhooks(marks.context(false, lines), ALL)).toBe(2);
    expect(lines).toEqual([0, 2].map((n) => `  would give back ${idOf(n)}  client demo`));
    expect(marks.written).toEqual([]);
  });

  test('gives back all of all pages, due at once, with all attempts before them and another week', async () => {
    const marks = new Marks(...Array<string>(8).fill('given-up#demo'));
    expect(await redriveWebhooks(marks.context(true, lines), ALL)).toBe(8);
    expect([...marks.marks.values()].map(({ queue }) => queue)).toEqual(Array(8).fill('demo'));
    expect(marks.written[0]?.['ExpressionAttributeValues']).toMatchObject({
      ':now': '2026-12-01T00:00:00Z',
      ':none': 0,
      ':expiresAt': Date.parse('2026-12-08T00:00:00Z') / 1000,
    });
  });

  test('leaves alone what a later change is told of anew meanwhile', async () => {
    const marks = new Marks('given-up#demo', 'given-up#demo');
    marks.meanwhile = () => marks.marks.set(`webhook#${idOf(0)}`, { queue: 'demo', version: 'later' });
    expect(await redriveWebhooks(marks.context(true, lines), ALL)).toBe(1);
    expect(marks.marks.get(`webhook#${idOf(0)}`)).toEqual({ queue: 'demo', version: 'later' });
    expect(lines[0]).toContain('meanwhile');
  });

  test('takes only the images that are named, and touches no other client’s', async () => {
    const marks = new Marks('given-up#demo', 'given-up#demo', 'given-up#partner');
    const images = [idOf(1).toUpperCase()];
    expect(await redriveWebhooks(marks.context(true, lines), { client: 'demo', images })).toBe(1);
    expect([...marks.marks.values()].map(({ queue }) => queue)).toEqual([
      'given-up#demo',
      'demo',
      'given-up#partner',
    ]);
  });

  test.each([
    [{ client: 'partner', images: [] }, '--client partner is none of demo'],
    [{ client: undefined, images: ['x'] }, '--image x'],
  ])('refuses %j: no such client is told, or no such id', async (selection, why) => {
    await expect(redriveWebhooks(new Marks().context(true, lines), selection)).rejects.toThrow(why);
  });

  test('ends with what else goes wrong, and is run again', async () => {
    const marks = new Marks('given-up#demo', 'given-up#demo');
    marks.meanwhile = () => {
      throw new Error('killed');
    };
    await expect(redriveWebhooks(marks.context(true, lines), ALL)).rejects.toThrow('killed');
    expect(await redriveWebhooks(marks.context(true, lines), ALL)).toBe(2);
  });
});
