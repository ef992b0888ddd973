import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import {
  askConfigHistory,
  type ControlResource,
  describeHistory,
  resourcesOfControl,
} from '../../../compliance/series/config-history';
import type { PackContent } from '../../../compliance/series/read-series';
import { parseCommand } from '../../../compliance/cli/arguments';

/**
 * What moto cannot show, since it keeps no history: answers in the form of
 * https://docs.aws.amazon.com/config/latest/APIReference/API_GetResourceConfigHistory.html and of ListDiscoveredResources.
 */
const ENVIRONMENT = 'aws://111122223333/us-east-1';
const FROM = new Date('2026-06-03T02:00:00Z');
const TO = new Date('2026-06-06T23:59:59Z');
const resource = (logicalId: string, type = 'AWS::S3::Bucket'): ControlResource => ({
  stack: 'serverlessapp-prod-storage',
  logicalId,
  type,
  environment: ENVIRONMENT,
});
const connect = (account: string, region: string) => ({ account, region, connection: {} });
const item = (at: string, configurationItemStatus = 'OK') => ({
  configurationItemCaptureTime: new Date(at),
  configurationItemStatus,
});

interface Recorded {
  /** As AWS Config knows it, where that is not the id in the account. */
  readonly id?: string;
  readonly items: readonly ReturnType<typeof item>[];
  /** One of the same name that is not there any more, listed before it. */
  readonly before?: { readonly id: string; readonly deleted: Date };
}
let asked: { name: string; input: Record<string, unknown> }[] = [];

/** https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorderStatus.html */
const RUNNING = { recording: true, lastStartTime: new Date('2026-01-01T00:00:00Z'), lastStatus: 'Success' };
let recorders: readonly object[] = [RUNNING];
beforeEach(() => {
  recorders = [RUNNING];
});

/** An AWS Config that keeps items by resource id, and answers within the asked span as AWS does. */
function keeping(recorded: Readonly<Record<string, Recorded>>, fault?: Error): void {
  asked = [];
  const answer = (name: string, input: Record<string, unknown>): object => {
    if (name === 'ListStackResources')
      return {
        StackResourceSummaries: Object.keys(recorded).map((id) => ({
          LogicalResourceId: id,
          PhysicalResourceId: `physical-${id}`,
          ResourceType: 'AWS::S3::Bucket',
        })),
      };
    if (name === 'DescribeConfigurationRecorderStatus') return { ConfigurationRecordersStatus: recorders };
    if (fault !== undefined) throw fault;
    if (name === 'ListDiscoveredResources') {
      const [wanted = input['resourceName']] = (input['resourceIds'] ?? []) as string[];
      const found = Object.entries(recorded).find(([id]) => wanted === `physical-${id}`)?.[1];
      const byName = input['resourceName'] !== undefined;
      return found === undefined || (found.id !== undefined) !== byName || found.items.length === 0
        ? {}
        : {
            resourceIdentifiers: [
              ...(found.before === undefined
                ? []
                : [{ resourceId: found.before.id, resourceDeletionTime: found.before.deleted }]),
              { resourceId: found.id ?? wanted },
            ],
          };
    }
    const { resourceId, earlierTime, laterTime } = input as {
      resourceId: string;
      earlierTime?: Date;
      laterTime: Date;
    };
    const [, found] =
      Object.entries(recorded).find(([id, { id: other }]) => resourceId === (other ?? `physical-${id}`)) ??
      [];
    const items = (found?.items ?? [])
      .filter(
        ({ configurationItemCaptureTime: at }) =>
          at <= laterTime && (earlierTime === undefined || at >= earlierTime),
      )
      .reverse();
    return { configurationItems: input['limit'] === 1 ? items.slice(0, 1) : items };
  };
  for (const Client of [CloudFormationClient, ConfigServiceClient])
    jest
      .spyOn(Client.prototype as unknown as { send: (command: unknown) => Promise<object> }, 'send')
      .mockImplementation((command) => {
        const name = (command as object).constructor.name.replace(/Command$/, '');
        const { input } = command as { input: Record<string, unknown> };
        asked.push({ name, input });
        return Promise.resolve().then(() => answer(name, input));
      });
}
afterEach(() => jest.restoreAllMocks());

const told = async (resources: readonly ControlResource[]) =>
  (await askConfigHistory(resources, FROM, TO, connect)).map(({ state, text }) => `${state}: ${text}`);

test('what was not recorded anew since the pack is unchanged', async () => {
  keeping({ Pictures: { items: [item('2026-05-01T08:00:00Z', 'ResourceDiscovered')] } });
  expect(await told([resource('Pictures')])).toEqual([
    'unchanged: physical-Pictures is as recorded 2026-05-01 08:00Z ResourceDiscovered',
  ]);
});

test('what was changed, and changed back, between the pack and the day is told with its times', async () => {
  keeping({
    Pictures: {
      items: [item('2026-05-01T08:00:00Z'), item('2026-06-04T10:00:00Z'), item('2026-06-05T11:00:00Z')],
    },
  });
  expect(await told([resource('Pictures')])).toEqual([
    'changed: physical-Pictures was recorded anew: 2026-06-05 11:00Z OK; 2026-06-04 10:00Z OK',
  ]);
});

test('what was changed before the pack, or after the day, is neither', async () => {
  keeping({ Pictures: { items: [item('2026-06-03T01:59:00Z'), item('2026-06-07T08:00:00Z')] } });
  expect(await told([resource('Pictures')])).toEqual([
    'unchanged: physical-Pictures is as recorded 2026-06-03 01:59Z OK',
  ]);
});

test('a role is known to AWS Config by another id, which its name leads to', async () => {
  keeping({ Role: { id: 'AROAEXAMPLE', items: [item('2026-06-04T10:00:00Z', 'ResourceDeleted')] } });
  expect(await told([resource('Role', 'AWS::IAM::Role')])).toEqual([
    'changed: AROAEXAMPLE was recorded anew: 2026-06-04 10:00Z ResourceDeleted',
  ]);
});

test.each<[string, readonly object[], string]>([
  ['there is none', [], 'AWS Config has no recorder'],
  [
    'it stands still',
    [{ ...RUNNING, recording: false, lastStopTime: new Date('2026-06-04T10:00:00Z') }],
    "AWS Config's recorder was stopped 2026-06-04 10:00Z",
  ],
  [
    'it stood still in between',
    [{ ...RUNNING, lastStartTime: new Date('2026-06-05T10:00:00Z') }],
    "AWS Config's recorder was last started 2026-06-05 10:00Z, and may not have run before",
  ],
  ['it fails', [{ ...RUNNING, lastStatus: 'Failure' }], "AWS Config's recorder failed"],
])('when the recorder did not run all through, silence is no pass: %s', async (_what, status, why) => {
  keeping({ Pictures: { items: [item('2026-05-01T08:00:00Z')] } });
  recorders = status;
  expect(await told([resource('Pictures')])).toEqual([`not recorded: ${why}`]);
});

test('a recorder that was stopped after the day ran until then', async () => {
  keeping({ Pictures: { items: [item('2026-05-01T08:00:00Z')] } });
  recorders = [{ ...RUNNING, recording: false, lastStopTime: new Date('2026-06-07T10:00:00Z') }];
  expect((await told([resource('Pictures')])).join()).toMatch(/^unchanged: /);
});

test.each(['ResourceDeleted', 'ResourceDeletedNotRecorded', 'ResourceNotRecorded'])(
  'what was last told as %s is not unchanged',
  async (status) => {
    keeping({ Pictures: { items: [item('2026-05-01T08:00:00Z', status)] } });
    expect(await told([resource('Pictures')])).toEqual([
      `not recorded: the last of physical-Pictures is 2026-05-01 08:00Z ${status}`,
    ]);
  },
);

test('of two resources of one name the one that is there is asked about', async () => {
  keeping({
    Role: {
      id: 'AROANEW',
      items: [item('2026-06-04T10:00:00Z')],
      before: { id: 'AROAOLD', deleted: new Date('2026-06-04T09:00:00Z') },
    },
  });
  expect(await told([resource('Role', 'AWS::IAM::Role')])).toEqual([
    'changed: AROANEW was recorded anew: 2026-06-04 10:00Z OK',
  ]);
});

test('what is not there today, and what was never recorded, is said and is no pass', async () => {
  keeping({ Pictures: { items: [] } });
  expect(await told([resource('Pictures'), resource('Gone')])).toEqual([
    'not recorded: AWS Config has not recorded physical-Pictures',
    'not recorded: it is not in the account today; ask by its id of then',
  ]);
});

test('that nobody may ask names the permission; that there is no way to an account says so', async () => {
  const denied = Object.assign(new Error('not authorized to perform: config:ListDiscoveredResources'), {
    name: 'AccessDeniedException',
  });
  keeping({ Pictures: { items: [item('2026-05-01T08:00:00Z')] } }, denied);
  const [text] = await told([resource('Pictures')]);
  expect(text).toBe('could not ask: Could not ask: the caller may not ask (config:ListDiscoveredResources)');
  const history = await askConfigHistory([resource('Pictures')], FROM, TO, () => ({ why: 'no credentials' }));
  expect(history).toEqual([
    expect.objectContaining({ state: 'could not ask', text: 'Could not ask: no credentials' }),
  ]);
  expect(describeHistory(history, 'ENC-01', 'pack', FROM, TO)).toMatch(
    /could not ask: AWS::S3::Bucket .*does not show that what pack says of ENC-01 held/s,
  );
});

test('only when nothing changed does the pack’s verdict hold on', async () => {
  keeping({ A: { items: [item('2026-05-01T08:00:00Z')] }, B: { items: [item('2026-05-02T08:00:00Z')] } });
  const history = await askConfigHistory([resource('A'), resource('B')], FROM, TO, connect);
  expect(describeHistory(history, 'ENC-01', 'pack-03', FROM, TO)).toContain(
    'AWS Config recorded no change of any of its 2 resources since: what pack-03 says of ENC-01 held at 2026-06-06 23:59Z still.',
  );
  expect(describeHistory([], 'ENC-01', 'pack-03', FROM, TO)).toContain('names no resource of ENC-01');
});

test('a control’s resources are those that its rules evaluated, each once, of stacks alone', () => {
  const row = (rule: string, resourceName: string, resourceType = 'AWS::S3::Bucket') => ({
    engine: 'template-checks',
    rule,
    stack: 'serverlessapp-prod-storage',
    resource: resourceName,
    resourceType,
  });
  const content = {
    identity: { stacks: [{ name: 'serverlessapp-prod-storage', environment: ENVIRONMENT }] },
    narratives: [
      {
        id: 'ENC-01',
        title: '',
        evidence: [
          { kind: 'rule', source: 'template-checks: own-key' },
          { kind: 'rule', source: 'template-checks: tls' },
        ],
      },
    ],
    requirements: [
      { framework: 'SOC2', id: 'CC6.1', title: '', evidence: [], parts: [{ narrative: 'ENC-01' }] },
    ],
    rows: [
      row('own-key', 'Pictures'),
      row('tls', 'Pictures'),
      row('own-key', 'Logs'),
      row('tags', 'Other'),
      row('own-key', 'package-lock.json', 'file'),
      { engine: 'template-checks', rule: 'own-key', resource: 'nowhere' },
    ],
  } as unknown as PackContent;
  expect(resourcesOfControl(content, 'ENC-01').map(({ logicalId }) => logicalId)).toEqual([
    'Pictures',
    'Logs',
  ]);
  expect(resourcesOfControl(content, 'SOC2:CC6.1')).toEqual(resourcesOfControl(content, 'ENC-01'));
  expect(resourcesOfControl(content, 'XX-99')).toEqual([]);
});

test('the command takes it with a day and a control only', () => {
  expect(
    parseCommand(['at', '2026-06-06', 'ENC-01', '--ask-config', '--assume', 'evidence-reader']),
  ).toMatchObject({
    askConfig: true,
    assume: 'evidence-reader',
  });
  for (const wrong of [
    ['at', '2026-06-06', '--ask-config'],
    ['series', 'packs', '--ask-config'],
  ])
    expect(() => parseCommand(wrong)).toThrow('--ask-config goes with at');
});
