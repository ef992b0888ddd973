import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { ReviewMessage } from '../../lambda/domain/workflow-messages';
import type { ApiClient, HttpAnswer } from '../../tools/client/api-client';
import type { SeeLabels } from '../client/see-labels';
import type { S3ObjectLoader } from '../rekognition/s3-object-loader';
import type { ToldView } from '../receiver/told-view';
import { ActivityFeed } from './activity-feed';
import { readBody, respond, respondJson } from './answer';
import { LiveEvents } from './live-events';
import { readNoReport, readPageFile, readReportFile } from './page-files';
import type { ReviewDesk } from './review-desk';
import type { PermissionSwitch } from './permission-switch';
import { pictureTypeOfBytes } from './picture-type';
import { RefusedRequest } from './refused-request';
import { type SentPicture, SentPictures } from './sent-pictures';
import { StoredPictures } from './stored-pictures';
import { FILLED_KEY, tryIt } from './try-it';

export interface ConsoleOptions {
  /** Holds the demo client's API key; the page never sees it. */
  api: ApiClient;
  /** What was sent before the console opened. */
  pictures: readonly SentPicture[];
  /** Hands over the review messages that came since the last time. */
  takeReviews: () => Promise<readonly ReviewMessage[]>;
  /** What the client's receiver was told so far, in the order in which it came. */
  told: () => readonly ToldView[];
  /** What functions write of themselves. */
  activityFile: string;
  /** Of the reviewer whom this console plays. */
  desk: ReviewDesk;
  loadObject: S3ObjectLoader;
  seeLabels: SeeLabels;
  /** What the tour takes away and gives back. */
  permission: PermissionSwitch;
  /** The picture that the tour sends. */
  tourPicture: string;
  /** What of the templates is not, or only in part, so here. */
  notEmulated: { differences: readonly string[]; withoutEffect: readonly string[] };
  /** The API's document. */
  openApi: object;
  /** Where `npm run compliance` writes its pack. */
  reportDirectory: string;
}

export interface Console {
  url: string;
  close(): Promise<void>;
}

/** Beyond the largest presigned upload, so that a picture that is too large shows the API's own refusal. */
const MOST_PICTURE_BYTES = 16 * 1024 * 1024;
const MOST_DECISION_BYTES = 4096;
const LOOK_EVERY_MILLISECONDS = 300;
/** The queue is asked more seldom: each time is a request to the embedded AWS. */
const LOOKS_PER_ASKING = 5;
const TRY_IT = '/try';

type Exchange = Readonly<{ request: IncomingMessage; response: ServerResponse; url: URL }>;
type Route = (exchange: Exchange, part: string) => Promise<void> | void;

/** Everything that the page shows and does, by the paths under which it asks for it. */
class ConsoleServer {
  readonly sent: SentPictures;
  private readonly stored: StoredPictures;
  private readonly activity: ActivityFeed;
  private readonly live = new LiveEvents();
  private readonly reviews: ReviewMessage[] = [];
  private toldBefore = 0;
  private looks = 0;
  private looking = false;

  constructor(private readonly options: ConsoleOptions) {
    this.sent = new SentPictures(options.api, [...options.pictures]);
    this.stored = new StoredPictures(options.api, options.loadObject, options.seeLabels);
    this.activity = new ActivityFeed(options.activityFile);
  }

  /** By method and the beginning of the path; what follows is the part. */
  readonly routes: readonly (readonly [method: string, pattern: RegExp, route: Route])[] = [
    ['GET', /^\/api\/events$/, (exchange) => this.listen(exchange)],
    ['GET', /^\/api\/records$/, (exchange) => this.records(exchange)],
    ['GET', /^\/api\/labels\/([0-9a-f-]{36})$/, (exchange, id) => this.labels(exchange, id)],
    ['GET', /^\/api\/about$/, ({ response }) => this.about(response)],
    ['GET', /^\/api\/reviews$/, async ({ response }) => pass(response, await this.options.desk.list())],
    [
      'GET',
      /^\/api\/reviews\/([0-9a-f-]{36})$/,
      async ({ response }, id) => pass(response, await this.options.desk.read(id)),
    ],
    [
      'GET',
      /^\/api\/reviews\/([0-9a-f-]{36})\/picture$/,
      ({ response }, id) => show(response, this.reviewed(id)),
    ],
    ['POST', /^\/api\/reviews\/([0-9a-f-]{36})\/decision$/, (exchange, id) => this.decide(exchange, id)],
    ['POST', /^\/api\/pictures$/, (exchange) => this.addPicture(exchange)],
    ['POST', /^\/api\/tour\/send$/, ({ response }) => this.sendTourPicture(response)],
    ['POST', /^\/api\/tour\/(take|give-back)$/, ({ response }, what) => this.turnPermission(response, what)],
    ['GET', /^\/pictures\/([0-9a-f-]{36})$/, ({ response }, id) => show(response, this.stored.picture(id))],
    ['GET', /^\/refused\/(\d+)$/, ({ response }, index) => show(response, this.sent.preview(Number(index)))],
    ['GET', /^\/openapi\.json$/, ({ response }) => respondJson(response, this.document())],
    ['GET', /^\/report\/(.*)$/, ({ response }, path) => this.report(response, path)],
    ['GET', /^(\/.*)$/, async ({ response }, path) => this.file(response, path)],
  ];

  /** Looks for what is new, and tells the pages that listen. */
  async look(): Promise<void> {
    if (this.looking || !this.live.areHeard) return;
    this.looking = true;
    try {
      const activity = await this.activity.take();
      if (activity.length > 0) this.live.send('activity', activity);
      this.tellOfTold();
      this.looks += 1;
      if (this.looks % LOOKS_PER_ASKING === 0) await this.askQueue();
    } finally {
      this.looking = false;
    }
  }

  private tellOfTold(): void {
    const told = this.options.told();
    if (told.length > this.toldBefore) this.live.send('told', told);
    this.toldBefore = told.length;
  }

  private async askQueue(): Promise<void> {
    const reviews = await this.options.takeReviews();
    this.reviews.push(...reviews);
    if (reviews.length > 0) this.live.send('reviews', this.reviews);
  }

  private async listen({ response }: Exchange): Promise<void> {
    await Promise.all([this.activity.take(), this.askQueue()]);
    this.live.add(response, {
      activity: this.activity.past,
      reviews: this.reviews,
      told: this.options.told(),
      refused: await this.sent.refused(),
      permission: this.permission(),
    });
  }

  /** A page of the client's records, as the API itself lists them. */
  private async records({ response, url }: Exchange): Promise<void> {
    pass(response, await this.options.api.call(`/images${url.search}`));
  }

  private async labels({ response }: Exchange, imageId: string): Promise<void> {
    respondJson(response, await this.stored.labels(imageId));
  }

  private async about(response: ServerResponse): Promise<void> {
    const hasReport = (await readReportFile(this.options.reportDirectory, '')) !== undefined;
    respondJson(response, { ...this.options.notEmulated, hasReport, filledKey: FILLED_KEY });
  }

  private async addPicture({ request, response, url }: Exchange): Promise<void> {
    const name = url.searchParams.get('name') ?? 'picture';
    const bytes = await readBody(request, MOST_PICTURE_BYTES, 'Pictures of up to 15 MB are accepted.');
    await this.send(response, name, bytes);
  }

  private async sendTourPicture(response: ServerResponse): Promise<void> {
    const { tourPicture } = this.options;
    await this.send(response, basename(tourPicture), await readFile(tourPicture));
  }

  private async send(response: ServerResponse, name: string, bytes: Uint8Array): Promise<void> {
    const row = await this.sent.add(name, bytes);
    if (row.imageId === null) this.live.send('refused', await this.sent.refused());
    respondJson(response, row);
  }

  private async reviewed(imageId: string): Promise<{ type: string; content: Buffer } | undefined> {
    const content = await this.options.desk.picture(imageId);
    const type = content && pictureTypeOfBytes(content);
    return content && type ? { type, content } : undefined;
  }

  private async decide({ request, response }: Exchange, imageId: string): Promise<void> {
    const body = await readBody(request, MOST_DECISION_BYTES, 'A decision is a few words.');
    let decision: Record<string, unknown>;
    try {
      decision = JSON.parse(body.toString()) as Record<string, unknown>;
    } catch {
      throw new RefusedRequest(400, 'Not JSON.');
    }
    pass(response, await this.options.desk.decide(imageId, decision));
  }

  private async turnPermission(response: ServerResponse, what: string): Promise<void> {
    await (what === 'take' ? this.options.permission.take() : this.options.permission.giveBack());
    this.live.send('permission', this.permission());
    respondJson(response, this.permission());
  }

  private permission(): Pick<PermissionSwitch, 'role' | 'action' | 'isTaken'> {
    const { role, action, isTaken } = this.options.permission;
    return { role, action, isTaken };
  }

  /** The document, asked of this console, which passes requests on. */
  private document(): object {
    return {
      ...this.options.openApi,
      servers: [{ url: TRY_IT, description: 'the API on this machine, through this console' }],
    };
  }

  private async report(response: ServerResponse, path: string): Promise<void> {
    const file = await readReportFile(this.options.reportDirectory, decodeURIComponent(path));
    if (!file && path !== '') throw new RefusedRequest(404, 'Not in the report.');
    const { headers, content } = file ?? (await readNoReport());
    respond(response, { status: file ? 200 : 404, headers }, content);
  }

  private async file(response: ServerResponse, path: string): Promise<void> {
    const file = await readPageFile(path);
    if (!file) throw new RefusedRequest(404, 'Not here.');
    respond(response, { headers: file.headers }, file.content);
  }

  async close(): Promise<void> {
    // The embedded AWS may have gone before its console.
    await this.options.permission.giveBack().catch(() => undefined);
    await this.sent.close();
  }
}

/** An answer of the API as it came. */
const pass = (response: ServerResponse, { status, text }: HttpAnswer): void =>
  respond(response, { status, headers: { 'content-type': 'application/json' } }, text);

async function show(
  response: ServerResponse,
  wanted: Promise<{ type: string; content: Buffer } | undefined>,
): Promise<void> {
  const picture = await wanted;
  if (!picture) throw new RefusedRequest(404, 'There is no picture that can be shown.');
  respond(response, { headers: { 'content-type': picture.type } }, picture.content);
}

/**
 * Serves the console page on loopback. Other sites cannot reach it: a request must name this host (against DNS
 * rebinding), and what changes something must come from this origin (against cross-site requests).
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const application = new ConsoleServer(options);
  let origin = '';

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (`http://${request.headers.host ?? ''}` !== origin) throw new RefusedRequest(421, 'Not this host.');
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname.startsWith(`${TRY_IT}/`)) {
      const path = `${url.pathname.slice(TRY_IT.length)}${url.search}`;
      await tryIt(options.api, path, { request, response });
      return;
    }
    if (request.method === 'POST' && request.headers.origin !== origin)
      throw new RefusedRequest(403, 'Not from this page.');
    for (const [method, pattern, route] of application.routes) {
      const match = method === request.method ? pattern.exec(url.pathname) : null;
      if (match) {
        await route({ request, response, url }, match[1] ?? '');
        return;
      }
    }
    throw new RefusedRequest(405, 'Not allowed.');
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { status, message } =
        error instanceof RefusedRequest ? error : new RefusedRequest(502, String(error));
      // What is left of a refused picture is read, so that the browser gets to see the answer.
      request.resume();
      if (!response.headersSent)
        respond(response, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } }, message);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const looking = setInterval(() => {
    application.look().catch((error: unknown) => console.error('The console could not look:', error));
  }, LOOK_EVERY_MILLISECONDS);
  return {
    url: origin,
    close: async () => {
      clearInterval(looking);
      server.close();
      server.closeAllConnections();
      await application.close();
    },
  };
}
