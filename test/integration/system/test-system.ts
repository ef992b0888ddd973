import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import {
  type ImageView,
  imageViewSchema,
  type UploadAnswer,
  uploadAnswerSchema,
  type UploadForm,
} from '../../../lambda/domain/api-schemas';
import type { ContentType } from '../../../lambda/domain/category';
import { type Problem, problemSchema } from '../../../lambda/domain/problems';
import { ApiClient, type HttpAnswer } from '../../../tools/client/api-client';
import type { ReviewMessage } from '../../../lambda/domain/workflow-messages';
import { parseReview } from '../../../local/client/review-message';
import { TopicInbox } from '../../../local/client/topic-inbox';
import { type EmbeddedAws, type EmbeddedAwsOptions, startEmbeddedAws } from '../../../local/embedded-aws';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { MADE_ONCE } from './made-for-embedded-aws';

const POLL_MILLISECONDS = 150;
const PATIENCE_MILLISECONDS = 30_000;
const PHOTOGRAPHS = join(PROJECT_ROOT, 'local', 'samples', 'pictures');

/** What the cases share: one embedded AWS, its clients, and pictures to send. */
export class TestSystem {
  private constructor(
    readonly aws: EmbeddedAws,
    readonly inbox: TopicInbox<ReviewMessage>,
  ) {}

  static async start(options: Partial<EmbeddedAwsOptions> = {}): Promise<TestSystem> {
    const aws = await startEmbeddedAws({
      progress: silentProgress,
      ...MADE_ONCE,
      ...options,
    });
    const topic = aws.names.topicArn(aws.names.reviewTopic);
    const inbox = await TopicInbox.subscribe(aws.clients, topic, {
      name: 'review-test-inbox',
      parse: parseReview,
    });
    return new TestSystem(aws, inbox);
  }

  stop(): Promise<void> {
    return this.aws.stop();
  }

  get demo(): ApiClient {
    return this.client('demo');
  }
  get partner(): ApiClient {
    return this.client('partner');
  }

  client(id: string): ApiClient {
    return this.clientWithKey(this.aws.apiKeys.get(id)?.value ?? '');
  }
  clientWithKey(value: string): ApiClient {
    return new ApiClient(this.aws.apiUrl, value, this.aws.emulator.agent);
  }

  queueUrl(name: string): string {
    return `${this.aws.emulator.endpoint}/${this.aws.config.account}/${name}`;
  }
}

/** The system under test; set before the first case. */
export type GetSystem = () => TestSystem;

/** Starts one embedded AWS for the cases of a file, and ends it after them. */
export function startTestSystem(options: Partial<EmbeddedAwsOptions> = {}): GetSystem {
  let running: TestSystem | undefined;
  beforeAll(async () => {
    running = await TestSystem.start(options);
  }, 180_000);
  afterAll(() => running?.stop());
  return () => {
    if (!running) throw new Error('The embedded AWS is not up.');
    return running;
  };
}

export const photograph = (name: 'cat' | 'dog' | 'pizza'): Promise<Buffer> =>
  readFile(join(PHOTOGRAPHS, `${name}.jpg`));

/** A picture of its own, so that no case meets another's bytes. */
export const somePicture = async (red = Math.floor(Math.random() * 256)): Promise<Buffer> =>
  sharp({ create: { width: 120, height: 120, channels: 3, background: { r: red, g: 80, b: 120 } } })
    .jpeg()
    .toBuffer();

export const inlineBody = (
  bytes: Uint8Array,
  contentType: ContentType = 'image/jpeg',
  fileName = 'p.jpg',
): string => JSON.stringify({ fileName, contentType, image: Buffer.from(bytes).toString('base64') });

export async function uploadInline(api: ApiClient, bytes: Uint8Array): Promise<string> {
  const answer = await api.callPatiently('/upload', Date.now() + PATIENCE_MILLISECONDS, {
    method: 'POST',
    body: inlineBody(bytes),
  });
  if (answer.status !== 202) throw new Error(`POST /upload: ${answer.status} ${answer.text}`);
  return uploadAnswerSchema.parse(answer.json()).imageId;
}

export async function askForForm(
  api: ApiClient,
  size: number,
  contentType: ContentType = 'image/jpeg',
): Promise<UploadAnswer & { upload: UploadForm }> {
  const body = JSON.stringify({ fileName: 'p.jpg', contentType, size });
  const answer = await api.callPatiently('/upload', Date.now() + PATIENCE_MILLISECONDS, {
    method: 'POST',
    body,
  });
  if (answer.status !== 201) throw new Error(`POST /upload: ${answer.status} ${answer.text}`);
  return uploadAnswerSchema.required().parse(answer.json());
}

export async function record(api: ApiClient, imageId: string): Promise<ImageView> {
  const answer = await api.callPatiently(`/images/${imageId}`, Date.now() + PATIENCE_MILLISECONDS);
  if (answer.status !== 200) throw new Error(`GET /images/${imageId}: ${answer.status} ${answer.text}`);
  return imageViewSchema.parse(answer.json());
}

export const problem = (answer: HttpAnswer): Problem => problemSchema.parse(answer.json());

/** Asks until there is an answer. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  what: string,
  patience = PATIENCE_MILLISECONDS,
): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Did not happen in time: ${what}`);
    await delay(POLL_MILLISECONDS);
  }
}

/** Waits until a record has one of the states. */
export const untilStatus = (
  api: ApiClient,
  imageId: string,
  ...states: ImageView['ProcessingStatus'][]
): Promise<ImageView> =>
  eventually(
    async () => {
      const view = await record(api, imageId);
      return states.includes(view.ProcessingStatus) ? view : undefined;
    },
    `${imageId} becomes ${states.join(' or ')}`,
  );
