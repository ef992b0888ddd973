import type { ToldView } from '../../local/receiver/told-view';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageView } from '../../lambda/domain/api-schemas';
import type { ReviewMessage } from '../../lambda/domain/workflow-messages';
import openApi from '../../lambda/openapi/openapi.json';
import type { ConsoleOptions } from '../../local/console/server';
import type { ReviewDesk } from '../../local/console/review-desk';
import type { PermissionSwitch } from '../../local/console/permission-switch';
import type { Activity } from '../../local/runtime/activity';
import type { ApiClient, HttpAnswer, HttpRequest } from '../../tools/client/api-client';

/** Of the record with this number; the API hands out the highest first. */
export const idOf = (number: number): string => `0b1f7c7e-5d5e-4c39-9f1c-${String(number).padStart(12, '0')}`;
export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

const recordOf = (number: number): ImageView => ({
  ImageID: idOf(number),
  DetectedAnimal: number % 2 === 0 ? 'cat' : 'dog',
  ConfidenceScore: 98.5,
  Timestamp: '2026-01-02T03:04:05Z',
  S3Location: `s3://pictures/${number % 2 === 0 ? 'cats' : 'dogs'}/${idOf(number)}.jpg`,
  ProcessingStatus: 'completed',
  FileSize: 4,
  ImageFormat: 'jpg',
  FileName: `picture-${number}.jpg`,
  DecisionReason: 'clear',
});

const answer = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
  json: () => body,
});

/** Stands for the public API and the rest of the embedded AWS: takes every picture but those named "bad". */
export class FakeSystem {
  readonly records: ImageView[] = [];
  readonly calls: { path: string; request: HttpRequest }[] = [];
  reviews: ReviewMessage[] = [];
  /** What the receiver was sent. */
  told: ToldView[] = [];
  /** What waits for the reviewer, and what was decided. */
  waiting: string[] = [];
  readonly decisions: { id: string; decision: Record<string, unknown> }[] = [];
  permissionIsTaken = false;
  private folder = '';

  private constructor(private readonly picture: Buffer) {}

  /** @param picture - what lies in the bucket for every record. */
  static async create(records: number, picture: Buffer = JPEG): Promise<FakeSystem> {
    const system = new FakeSystem(picture);
    for (let number = 0; number < records; number++) system.records.unshift(recordOf(number));
    system.folder = await mkdtemp(join(tmpdir(), 'console-test-'));
    await writeFile(join(system.folder, 'text.jpg'), '<script>alert(1)</script>');
    await writeFile(join(system.folder, 'tour.jpg'), picture);
    return system;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  /** A function says something of itself. */
  act(activity: Omit<Activity, 'at'>): void {
    appendFileSync(this.activityFile, `${JSON.stringify({ at: Date.now(), ...activity })}\n`);
  }

  private get activityFile(): string {
    return join(this.folder, 'activity.jsonl');
  }

  options(): ConsoleOptions {
    return {
      api: this.api(),
      pictures: [
        {
          path: join(this.folder, 'text.jpg'),
          row: {
            ...{ file: 'text.jpg', imageId: null, category: null, confidence: null, s3Location: null },
            ...{ status: 'rejected', reason: 'not-a-picture', milliseconds: 5 },
          },
        },
      ],
      told: () => this.told,
      takeReviews: () => Promise.resolve(this.reviews.splice(0)),
      activityFile: this.activityFile,
      desk: this.desk(),
      loadObject: () => Promise.resolve(new Uint8Array(this.picture)),
      seeLabels: () =>
        Promise.resolve([
          {
            name: 'Dog',
            confidence: 97.2,
            boxes: [{ left: 0.2, top: 0.1, width: 0.5, height: 0.8, confidence: 97.2 }],
          },
          { name: 'Animal', confidence: 97.2, boxes: [] },
        ]),
      permission: this.permission(),
      tourPicture: join(this.folder, 'tour.jpg'),
      notEmulated: { differences: ['left out: WAFv2::WebACL × 1'], withoutEffect: ['firewall rules'] },
      openApi,
      reportDirectory: this.folder,
    };
  }

  private desk(): ReviewDesk {
    const review = (id: string) => ({
      ...{ ImageID: id, State: 'waiting', Version: 1, DecisionReason: 'close-call' },
      ...{ WaitingSince: '2026-01-02T03:04:05Z', Deadline: '2026-01-16T03:04:05Z' },
      ...{ Decisions: 0, DecisionsNeeded: 1, Labels: [], ImageFormat: 'jpg' },
      Candidates: [
        {
          ...{ Animal: 'dog', Score: 70 },
          Boxes: [{ Confidence: 70, Left: 0.1, Top: 0.1, Width: 0.5, Height: 0.5 }],
        },
      ],
    });
    const waits = (id: string) => this.waiting.includes(id);
    return {
      list: () => Promise.resolve(answer(200, { items: this.waiting.map(review) })),
      read: (id) => Promise.resolve(waits(id) ? answer(200, review(id)) : answer(404, { code: 'not-found' })),
      decide: (id, decision) => {
        if (!waits(id)) return Promise.resolve(answer(409, { code: 'review-decided' }));
        this.decisions.push({ id, decision });
        this.waiting.splice(this.waiting.indexOf(id), 1);
        return Promise.resolve(answer(200, { ImageID: id, State: 'decided' }));
      },
      picture: (id) => Promise.resolve(waits(id) ? this.picture : undefined),
    };
  }

  private permission(): PermissionSwitch {
    const set = (isTaken: boolean) => () => {
      this.permissionIsTaken = isTaken;
      return Promise.resolve();
    };
    const isTaken = (): boolean => this.permissionIsTaken;
    return {
      role: 'serverlessapp-dev-upload-role',
      action: 's3:PutObject',
      get isTaken() {
        return isTaken();
      },
      take: set(true),
      giveBack: set(false),
    };
  }

  private api(): ApiClient {
    const call = (path: string, request: HttpRequest = {}): Promise<HttpAnswer> => {
      this.calls.push({ path, request });
      return Promise.resolve(path === '/upload' ? this.upload(request) : this.read(path));
    };
    const callPatiently = (path: string, _deadline: number, request?: HttpRequest) => call(path, request);
    return { call, callPatiently } as unknown as ApiClient;
  }

  private upload({ body }: HttpRequest): HttpAnswer {
    if (this.permissionIsTaken)
      return answer(500, { type: 'urn:x', status: 500, title: 'x', code: 'internal-error' });
    const { fileName = '' } = JSON.parse(String(body)) as { fileName?: string };
    if (fileName.startsWith('bad')) {
      return answer(422, {
        ...{
          type: 'urn:problem-type:serverlessapp:picture-rejected',
          title: 'The picture cannot be accepted',
        },
        ...{ status: 422, code: 'picture-rejected', reason: 'truncated', requestId: 'r' },
      });
    }
    const number = this.records.length;
    this.records.unshift({ ...recordOf(number), FileName: fileName });
    const self = `/images/${idOf(number)}`;
    return answer(202, { imageId: idOf(number), status: 'processing', links: { self } });
  }

  private read(path: string): HttpAnswer {
    const url = new URL(path, 'http://api');
    if (url.pathname !== '/images') {
      const record = this.records.find(({ ImageID }) => path === `/images/${ImageID}`);
      return record ? answer(200, record) : answer(404, { code: 'not-found' });
    }
    if (url.searchParams.get('cursor') === 'damaged')
      return answer(400, { code: 'invalid-cursor', detail: 'The cursor is damaged.' });
    const animal = url.searchParams.get('animal');
    const limit = Number(url.searchParams.get('limit') ?? 25);
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const fitting = this.records.filter(({ DetectedAnimal }) => animal === null || DetectedAnimal === animal);
    const items = fitting.slice(start, start + limit);
    const next = start + limit;
    return answer(200, { items, ...(next < fitting.length ? { cursor: String(next) } : {}) });
  }
}
