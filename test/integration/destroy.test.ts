import { ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { destroy } from '../../bin/operations/destroy';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws';
import { silentProgress } from '../../local/setup/progress';

jest.setTimeout(120_000);

describe('destroying dev', () => {
  let aws: EmbeddedAws | undefined;
  beforeAll(async () => {
    aws = await startEmbeddedAws({ progress: silentProgress });
  }, 180_000);
  afterAll(() => aws?.stop());

  const running = (): EmbeddedAws => {
    if (aws === undefined) throw new Error('The embedded AWS is not up.');
    return aws;
  };
  const stacks = async (): Promise<string[]> => {
    const names: string[] = [];
    for await (const page of paginateDescribeStacks({ client: running().clients.cloudFormation }, {}))
      names.push(
        ...(page.Stacks ?? [])
          .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
          .map(({ StackName = '' }) => StackName),
      );
    return names;
  };
  const run = (confirmed: boolean, lines: string[] = []): Promise<number> =>
    destroy({
      stage: 'dev',
      prefix: running().names.prefix,
      cloudFormation: running().clients.cloudFormation,
      s3: running().clients.s3,
      print: (line) => lines.push(line),
      confirmed,
      pollMilliseconds: 50,
    });

  it('Given no confirmation, then it tells the stacks, youngest first, and leaves them', async () => {
    const before = await stacks();
    const lines: string[] = [];
    expect(await run(false, lines)).toBe(before.length);
    expect(lines[0]).toMatch(/would be deleted/);
    expect(lines.at(-1)).toMatch(/-keys: would be deleted/);
    expect(await stacks()).toEqual(before);
  });
  it('Given several versions in a bucket, then bucket and stacks go, and a second run finds nothing', async () => {
    const { clients, names } = running();
    for (const Body of ['one', 'two'])
      await clients.s3.send(
        new PutObjectCommand({ Bucket: names.pictureBucket, Key: 'others/left-behind', Body }),
      );
    const lines: string[] = [];
    expect(await run(true, lines)).toBeGreaterThan(5);
    expect(lines.join('\n')).toContain(`${names.pictureBucket} emptied of`);
    expect(await stacks()).toEqual([]);
    const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
    expect(Buckets.filter(({ Name = '' }) => Name.startsWith(names.prefix))).toEqual([]);
    expect(await run(true)).toBe(0);
  });
});
