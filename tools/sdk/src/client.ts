import { base64 } from './base64.ts';
import { ApiError, PatienceExhaustedError } from './errors.ts';
import { patientFetch, type PatientFetchOptions, retryAfterSeconds } from './patient-fetch.ts';
import type { components, paths } from './schema.ts';

type Image = components['schemas']['Image'];
type UploadAnswer = components['schemas']['UploadAnswer'];
type UploadForm = NonNullable<UploadAnswer['upload']>;
type ContentType = components['schemas']['InlineUpload']['contentType'];
type ListQuery = NonNullable<paths['/images']['get']['parameters']['query']>;

/** What `list` filters by and in which order; pages are its own affair. */
export type ListFilter = Omit<ListQuery, 'cursor' | 'ids'>;

export interface ClientOptions {
  /** Address of the API with its stage, `https://….execute-api.us-east-1.amazonaws.com/prod`. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** How long one request is repeated when it is throttled or meets a passing fault; 60 unless given. */
  readonly patienceSeconds?: number;
  /** What the API's firewall is told of the program; it refuses requests that name none. Browsers send their own. */
  readonly userAgent?: string;
  readonly fetch?: typeof fetch;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly now?: () => number;
}

export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fileName: string;
  /** By the first bytes unless given. */
  readonly contentType?: ContentType;
  /** A name of the client's own, by which `list` finds the picture. */
  readonly reference?: string;
  /** A repeat under the same key makes no second image; a random one unless given, so that retries of one call are one upload. */
  readonly idempotencyKey?: string;
}

export type Submitted = Pick<UploadAnswer, 'imageId' | 'status'>;

export interface WaitOptions {
  /** 120 unless given. */
  readonly seconds?: number;
}

/** More goes by a form: as base64 it must fit one request (openapi.json, InlineUpload). */
const INLINE_BYTES = 3 * 1024 * 1024;
/** Ids that one request takes (openapi.json, parameter `ids`). */
const BATCH = 25;
const POLL_SECONDS = 2;
/** Seconds that one request waits at the API (openapi.json, parameter `wait`); with more of a client at once it does not. */
const WAIT_SECONDS = 10;
/** A form is asked for anew when it expired or S3 had a bad moment. */
const FORM_ATTEMPTS = 3;

const isFinal = ({ ProcessingStatus }: Image): boolean =>
  ProcessingStatus === 'completed' || ProcessingStatus === 'quarantined' || ProcessingStatus === 'failed';

/** JPEG begins so, and everything else is said to be a PNG: the API looks for itself and refuses what is neither. */
const contentTypeOf = ([first, second]: Uint8Array): ContentType =>
  first === 0xff && second === 0xd8 ? 'image/jpeg' : 'image/png';

/** The picture API for one client. Requests are repeated until they are answered for good, see {@link ClientOptions.patienceSeconds}. */
export class PicturesClient {
  private readonly requests: PatientFetchOptions;
  private readonly apiUrl: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(options: ClientOptions) {
    this.apiUrl = options.apiUrl.replace(/\/+$/, '');
    this.headers = {
      'x-api-key': options.apiKey,
      'user-agent': options.userAgent ?? 'serverlessapp-pictures',
    };
    this.requests = {
      fetch: options.fetch ?? fetch,
      patienceSeconds: options.patienceSeconds ?? 60,
      sleep: options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
      now: options.now ?? Date.now,
    };
  }

  private request(path: string, init: RequestInit = {}): Promise<Response> {
    return patientFetch(this.requests, `${this.apiUrl}${path}`, {
      ...init,
      headers: { ...this.headers, ...(init.headers as Record<string, string> | undefined) },
    });
  }

  private submit(body: object, idempotencyKey: string): Promise<UploadAnswer> {
    return this.request('/upload', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
    }).then((answer) => answer.json() as Promise<UploadAnswer>);
  }

  /**
   * Sends a picture: small ones within the request, others by a form.
   * @throws ApiError, with code `picture-rejected` and the reason when it is no picture that the API takes
   */
  async upload(picture: Picture): Promise<Submitted> {
    const { bytes, fileName, reference, idempotencyKey = crypto.randomUUID() } = picture;
    const contentType = picture.contentType ?? contentTypeOf(bytes);
    const about = { fileName, contentType, ...(reference !== undefined && { reference }) };
    if (bytes.length <= INLINE_BYTES) {
      const { imageId, status } = await this.submit({ ...about, image: base64(bytes) }, idempotencyKey);
      return { imageId, status };
    }
    for (let attempt = 1; ; attempt += 1) {
      const { imageId, status, upload } = await this.submit({ ...about, size: bytes.length }, idempotencyKey);
      if (upload === undefined) return { imageId, status };
      try {
        await this.post(upload, bytes);
        return { imageId, status };
      } catch (error) {
        const isExpired = error instanceof ApiError && error.status === 403;
        if (!isExpired || attempt >= FORM_ATTEMPTS) throw error;
      }
    }
  }

  /** Posts a picture with a form. The key of the API is not for S3. */
  private async post({ url, fields }: UploadForm, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([bytes]));
    await patientFetch(this.requests, url, { method: 'POST', body: form });
  }

  async read(imageId: string): Promise<Image> {
    return (await (await this.request(`/images/${encodeURIComponent(imageId)}`)).json()) as Image;
  }

  /** Those of the images that there are, in the order asked for. */
  async readMany(imageIds: readonly string[]): Promise<Image[]> {
    const images: Image[] = [];
    for (let at = 0; at < imageIds.length; at += BATCH) {
      const query = new URLSearchParams();
      for (const id of imageIds.slice(at, at + BATCH)) query.append('ids', id);
      const answer = await this.request(`/images?${query}`);
      images.push(...((await answer.json()) as components['schemas']['ImageList']).items);
    }
    return images;
  }

  /** Every image that the filter lets through, page after page. */
  async *list(filter: ListFilter = {}): AsyncGenerator<Image, void, undefined> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...filter, cursor }))
        if (value !== undefined) query.set(name, String(value));
      const answer = await this.request(`/images?${query}`);
      const page = (await answer.json()) as components['schemas']['ImageList'];
      yield* page.items;
      ({ cursor } = page);
    } while (cursor !== undefined);
  }

  /** Erases a picture with everything that is kept of it; safe to repeat. */
  async erase(imageId: string): Promise<void> {
    await this.request(`/images/${encodeURIComponent(imageId)}`, { method: 'DELETE' });
  }

  /**
   * Waits until a picture is decided, quarantined or given up; `ProcessingStatus` says which.
   * @throws PatienceExhaustedError when that takes longer than `seconds`
   */
  async wait(imageId: string, { seconds = 120 }: WaitOptions = {}): Promise<Image> {
    const { now, sleep } = this.requests;
    const deadline = now() + seconds * 1000;
    for (;;) {
      const left = Math.floor((deadline - now()) / 1000);
      const query = left >= 1 ? `?wait=${Math.min(WAIT_SECONDS, left)}` : '';
      const answer = await this.request(`/images/${encodeURIComponent(imageId)}${query}`);
      const image = (await answer.json()) as Image;
      if (isFinal(image)) return image;
      const pause = 1000 * (retryAfterSeconds(answer.headers, now()) ?? POLL_SECONDS);
      if (now() + pause > deadline)
        throw new PatienceExhaustedError(`${imageId} is still ${image.ProcessingStatus} after ${seconds} s.`);
      await sleep(pause);
    }
  }

  /** Sends a picture and waits for what it is. */
  async classify(picture: Picture, options?: WaitOptions): Promise<Image> {
    return await this.wait((await this.upload(picture)).imageId, options);
  }
}
