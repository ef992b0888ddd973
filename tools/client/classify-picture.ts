import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  fileNameSchema,
  type ImageView,
  imageViewSchema,
  uploadAnswerSchema,
} from '../../lambda/domain/api-schemas';
import { isFinalStatus } from '../../lambda/domain/category';
import { type Problem, type ProblemCode, problemSchema } from '../../lambda/domain/problems';
import { BOUNDS } from '../../lambda/domain/bounds';
import type { ApiClient, HttpAnswer } from './api-client';
import { type PictureFile, unreadableReason } from './find-pictures';
import type { ResultRow } from './result-row';
import { endOf } from '../../lambda/domain/cut-text';

const FIRST_POLL_MILLISECONDS = 150;
const LONGEST_POLL_MILLISECONDS = 2000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const PENDING: readonly string[] = ['pending', 'processing'];

/** A picture that never got so far as to have a record. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** What a careful client declares: what the bytes say; the API evaluates the rest. */
const contentTypeOf = (bytes: Uint8Array, file: string): 'image/png' | 'image/jpeg' =>
  PNG.equals(bytes.subarray(0, PNG.length)) || (!isJpeg(bytes) && /\.png$/i.test(file))
    ? 'image/png'
    : 'image/jpeg';
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/**
 * What the API, or S3 for a form, says of the picture itself. Everything else says nothing of it and is no result: a
 * wrong key, a firewall, a throttle, a fault of the service, an answer of something in between.
 */
const PICTURES_OWN_FAULT: readonly ProblemCode[] = [
  'invalid-body',
  'invalid-request',
  'body-too-large',
  'unsupported-media-type',
  'picture-rejected',
];
const FORMS_OWN_FAULT: readonly string[] = ['EntityTooLarge', 'EntityTooSmall'];

/** The reason in a problem document; the code and its first fault otherwise. */
function reasonOf(answer: HttpAnswer, problem = readProblem(answer)): string {
  if (!problem) return `HTTP ${answer.status}`;
  const [fault] = problem.errors ?? [];
  const detail = fault ? `${fault.path}: ${fault.message}` : problem.detail;
  return problem.reason ?? [problem.code, detail].filter(Boolean).join(': ');
}

function readProblem(answer: HttpAnswer): Problem | undefined {
  try {
    return problemSchema.parse(answer.json());
  } catch {
    // Not one of our documents: the gateway itself, or no JSON at all.
    return undefined;
  }
}

function refusalOf(answer: HttpAnswer): Error {
  const problem = readProblem(answer);
  const reason = reasonOf(answer, problem);
  return problem && PICTURES_OWN_FAULT.includes(problem.code) ? new RefusedError(reason) : new Error(reason);
}

function formRefusalOf(answer: HttpAnswer): Error {
  const code = /<Code>([^<]+)/.exec(answer.text)?.[1];
  if (code === undefined) return new Error(reasonOf(answer));
  return FORMS_OWN_FAULT.includes(code) ? new RefusedError(code) : new Error(code);
}

/** The name that is declared: a file may have one that the API does not take, which is no fault of the picture. */
function declaredName(name: string): string {
  if (fileNameSchema.safeParse(name).success) return name;
  const clean = endOf(
    name.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|[\ufffd/\\]/gu, '_'),
    BOUNDS.fileNameLength,
  );
  return fileNameSchema.safeParse(clean).success ? clean : 'picture';
}

/** What is known of a file before it is read whole. */
interface Inspected {
  readonly size: number;
  readonly head: Uint8Array;
}

async function inspect(path: PictureFile['path']): Promise<Inspected> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const head = Buffer.alloc(PNG.length);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return { size, head: head.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/**
 * @returns the image id
 * @throws RefusedError for what the API does not take, too large a file before it is read; another error when it could
 * not be asked
 */
async function submit(
  api: ApiClient,
  file: PictureFile,
  { size, head }: Inspected,
  deadline: number,
): Promise<string> {
  const name = basename(file.name);
  const declared = { fileName: declaredName(name), contentType: contentTypeOf(head, name) };
  const isInline = size > 0 && size <= BOUNDS.inlineBytes;
  const body = JSON.stringify(
    isInline ? { ...declared, image: (await readFile(file.path)).toString('base64') } : { ...declared, size },
  );
  const answer = await api.callPatiently('/upload', deadline, { method: 'POST', body });
  if (answer.status >= 300) throw refusalOf(answer);
  const { imageId, upload } = uploadAnswerSchema.parse(answer.json());
  if (upload === undefined) return imageId;
  const posted = await api.postForm(upload, await readFile(file.path));
  if (posted.status >= 300) throw formRefusalOf(posted);
  return imageId;
}

async function waitForOutcome(api: ApiClient, path: string, deadline: number): Promise<ImageView> {
  let pause = FIRST_POLL_MILLISECONDS;
  for (;;) {
    const answer = await api.callPatiently(path, deadline);
    if (answer.status !== 200) throw new Error(reasonOf(answer));
    const view = imageViewSchema.parse(answer.json());
    if (!PENDING.includes(view.ProcessingStatus) || Date.now() > deadline) return view;
    await delay(pause);
    pause = Math.min(pause * 1.4, LONGEST_POLL_MILLISECONDS);
  }
}

function rowOf(
  view: ImageView,
): Pick<ResultRow, 'category' | 'confidence' | 'status' | 'reason' | 's3Location'> {
  const { ProcessingStatus, DetectedAnimal, ConfidenceScore, S3Location } = view;
  const isDecided = isFinalStatus(ProcessingStatus);
  const reason = view.QuarantineReason ?? view.DecisionReason;
  return {
    category: DetectedAnimal ?? null,
    confidence: ConfidenceScore ?? null,
    status: isDecided ? ProcessingStatus : 'failed',
    reason: isDecided ? (reason ?? '') : `still ${ProcessingStatus}`,
    s3Location: S3Location,
  };
}

/** Sends one picture through the public API and waits for what becomes of it. Never throws: a row says what happened. */
export async function classifyPicture(
  api: ApiClient,
  file: PictureFile,
  timeoutMilliseconds: number,
): Promise<ResultRow> {
  const begin = performance.now();
  const deadline = Date.now() + timeoutMilliseconds;
  const nothing = { imageId: null, category: null, confidence: null, s3Location: null };
  const row = (part: Omit<ResultRow, 'file' | 'milliseconds'>): ResultRow => ({
    file: file.name,
    ...part,
    milliseconds: Math.round(performance.now() - begin),
  });
  const unreadable = (reason: string): ResultRow => row({ ...nothing, status: 'unreadable', reason });
  if (file.unreadable !== undefined) return unreadable(file.unreadable);
  let inspected: Inspected;
  try {
    inspected = await inspect(file.path);
  } catch (error) {
    return unreadable(unreadableReason(error));
  }
  let imageId: string | null = null;
  try {
    imageId = await submit(api, file, inspected, deadline);
    return row({ imageId, ...rowOf(await waitForOutcome(api, `/images/${imageId}`, deadline)) });
  } catch (error) {
    const status = error instanceof RefusedError ? 'rejected' : 'failed';
    const reason = error instanceof Error ? error.message : String(error);
    return row({ ...nothing, imageId, status, reason });
  }
}
