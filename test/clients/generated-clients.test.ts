import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { STEWARD_IMAGE } from '../../lambda/domain/api-routes';
import { takeRole } from '../../local/client/take-role';
import { signRequest } from '../../tools/client/sign-request';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { somePicture, TestSystem, untilStatus, uploadInline } from '../integration/system/test-system';
import { GENERATED_CLIENTS, prepareToolchain, type Toolchain, type World } from './generators';
import { type Report, reportSchema, type Scenario } from './scenario';

jest.setTimeout(300_000);

const PICTURE = join(PROJECT_ROOT, 'local', 'samples', 'pictures', 'cat.jpg');
const OFFSET_HOURS = 2;

/** As a program in another time zone writes it, with microseconds. */
const withOffset = (epochMilliseconds: number): string => {
  const local = new Date(epochMilliseconds + OFFSET_HOURS * 3_600_000).toISOString();
  return local.replace('Z', `456+0${OFFSET_HOURS}:00`);
};

describe("clients that other people's generators make of openapi.json, compiled and unedited", () => {
  let tools: Toolchain;
  let system: TestSystem;
  let exhaustedKey = '';
  let folder = '';

  const restApi = () => {
    const [, apiId = '', stage = ''] = /\/restapis\/(\w+)\/(\w+)\//.exec(system.aws.apiUrl) ?? [];
    return { apiId, stage };
  };
  /** By a host of its own, as in AWS: what an answer links to stands below that. */
  const apiUrl = (): string => {
    const { apiId, stage } = restApi();
    return `https://${apiId}.execute-api.localhost:${system.aws.emulator.port}/${stage}`;
  };

  /** A key of a plan with one request a day, which is made. */
  async function exhaust(): Promise<string> {
    const { apiGateway } = system.aws.clients;
    const { id: usagePlanId } = await apiGateway.send(
      new CreateUsagePlanCommand({
        name: 'one-a-day',
        apiStages: [restApi()],
        quota: { limit: 1, period: 'DAY' },
      }),
    );
    const { id: keyId, value = '' } = await apiGateway.send(
      new CreateApiKeyCommand({ name: 'one-a-day', enabled: true }),
    );
    await apiGateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    await system.clientWithKey(value).call('/images');
    return value;
  }

  beforeAll(async () => {
    tools = await prepareToolchain();
    folder = await mkdtemp(join(os.tmpdir(), 'serverlessapp-clients-'));
    system = await TestSystem.start();
    exhaustedKey = await exhaust();
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function erasure(): Promise<Scenario['erasure']> {
    const { config } = system.aws;
    const imageId = await uploadInline(system.demo, await somePicture());
    await untilStatus(system.demo, imageId, 'completed');
    const credentials = await takeRole(system, 'data-steward');
    const url = `${apiUrl()}${STEWARD_IMAGE.replace('{id}', imageId)}`;
    const { headers = {} } = await signRequest(
      url,
      { method: 'DELETE' },
      { region: config.region, credentials },
    );
    // Each client writes the host itself.
    return {
      imageId,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host')),
    };
  }

  async function drive(client: (typeof GENERATED_CLIENTS)[number], directory: string) {
    const { aws } = system;
    const began = Math.floor(Date.now() / 1000) * 1000;
    const scenario: Scenario = {
      apiUrl: apiUrl(),
      apiKey: aws.apiKeys.get('demo')?.value ?? '',
      exhaustedKey,
      caFile: aws.emulator.certificateFile,
      picture: PICTURE,
      since: withOffset(began),
      until: withOffset(began + 600_000),
      idempotencyKey: randomUUID(),
      unknownId: randomUUID(),
      erasure: await erasure(),
    };
    const world: World = {
      scenario: join(directory, 'scenario.json'),
      caFile: scenario.caFile,
      hosts: [new URL(scenario.apiUrl).hostname, `${aws.names.pictureBucket}.s3.localhost`],
    };
    await writeFile(world.scenario, JSON.stringify(scenario));
    return { scenario, report: reportSchema.parse(JSON.parse(await client.drive(tools, directory, world))) };
  }

  /** What the API does, whoever asks. */
  function expectRight(report: Report, scenario: Scenario): void {
    const { sent, announced, repeated } = report;
    const { stewardByKey, ...refused } = report.refused;
    const self = (imageId: string) => `${new URL(scenario.apiUrl).pathname}/images/${imageId}`;
    const submitted = { self: self(sent.imageId), location: self(sent.imageId) };
    expect(sent).toMatchObject({ status: 202, hasForm: false, ...submitted });
    expect(announced).toMatchObject({ status: 201, hasForm: true, self: self(announced.imageId) });
    expect(new Set(repeated).size).toBe(1);
    expect(report.posted).toBe(204);
    const common = { DetectedAnimal: 'cat', ProcessingStatus: 'completed', ImageFormat: 'jpg' };
    expect(report.images).toEqual([
      expect.objectContaining({ ...common, ImageID: sent.imageId, FileName: 'katze im Garten.jpg' }),
      expect.objectContaining({ ...common, ImageID: announced.imageId, FileName: 'cat.jpg' }),
    ]);
    for (const { Timestamp } of report.images) {
      expect(Date.parse(Timestamp)).toBeGreaterThanOrEqual(
        Math.floor(Date.parse(scenario.since) / 1000) * 1000,
      );
    }
    expect([report.waited, report.unchanged]).toEqual([200, 304]);
    const own = [sent.imageId, announced.imageId, ...new Set(repeated)];
    expect(new Set(report.listed).size).toBe(report.listed.length);
    expect(report.pages).toBeGreaterThanOrEqual(2);
    for (const ids of [report.listed, report.inRange]) expect(ids).toEqual(expect.arrayContaining(own));
    expect(report.beforeRange.filter((id) => own.includes(id))).toEqual([]);
    expect(report.ofCats).toEqual(expect.arrayContaining([sent.imageId, announced.imageId]));

    const plain = { reason: null, paths: [], retryAfter: null };
    expect(refused).toEqual({
      unknownImage: { ...plain, status: 404, code: 'not-found' },
      badBase64: { ...plain, status: 400, code: 'invalid-body', paths: ['image'] },
      noPicture: { ...plain, status: 422, code: 'picture-rejected', reason: 'not-a-picture' },
      badCursor: { ...plain, status: 400, code: 'invalid-cursor' },
      mediaType: { ...plain, status: 415, code: 'unsupported-media-type' },
      noKey: { ...plain, status: 401, code: 'unauthenticated' },
      exhausted: { ...plain, status: 429, code: 'quota-exceeded', retryAfter: '60' },
    });
    // One client sends its key as Authorization, which the embedded AWS calls malformed.
    expect([
      [401, 'unauthenticated'],
      [400, 'invalid-request'],
    ]).toContainEqual([stewardByKey.status, stewardByKey.code]);
    expect([report.erased, report.erasedBySteward]).toEqual([204, 204]);
  }

  it.each(GENERATED_CLIENTS)('$name', async (client) => {
    const directory = join(folder, client.name.replace(/\W+/g, '-'));
    await mkdir(directory);
    await client.make(tools, directory);
    const { report, scenario } = await drive(client, directory);
    expectRight(report, scenario);
    expect((await system.demo.call(`/images/${scenario.erasure.imageId}`)).status).toBe(404);
  });
});
