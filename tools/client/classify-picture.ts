import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ImageView, imageViewSchema, uploadAnswerSchema } from '../../lambda/domain/api-schemas';
import { isFinalStatus } from '../../lambda/domain/category';
import { type Problem, problemSchema } from '../../lambda/domain/problems';
import { MAXIMUM_INLINE_BYTES } from '../../lambda/domain/picture-limits';
import type { ApiClient, HttpAnswer } from './api-client';
import type { ResultRow } from './result-row';

const FIRST_POLL_MILLISECONDS = 150;
const LONGEST_POLL_MILLISECONDS = 2000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it',
};
const PENDING: readonly string[] = ['pending', 'processing'];

/** A picture that never got so far as to have a record. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** What a careful client declares: what the bytes say; the API judges the rest. */
const contentTypeOf = (bytes: Uint8Array, file: string): 'image/png' | 'image/jpeg' =>
  PNG.equals(bytes.subarray(0, PNG.length)) || (!isJpeg(bytes) && /\.png$/i.test(file))
    ? 'image/png'
    : 'image/jpeg';
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/** What 4xx says of a request is final; a throttle or a fault of the service says nothing of the picture. */
const faultOf = ({ status }: HttpAnswer, reason: string): Error =>
  status < 500 && status !== 429 ? new RefusedError(reason) : new Error(reason);

/** The reason in a problem document; the code and its first fault otherwise. */
function problemOf(answer: HttpAnswer): string {
  const problem = readProblem(answer);
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

/**
 * @returns the image id
 * @throws RefusedError for what the API does not take; another error when it could not be asked
 */
async function submit(api: ApiClient, file: string, bytes: Uint8Array, deadline: number): Promise<string> {
  const declared = { fileName: basename(file), contentType: contentTypeOf(bytes, file) };
  const isInline = bytes.length > 0 && bytes.length <= MAXIMUM_INLINE_BYTES;
  const body = JSON.stringify(
    isInline
      ? { ...declared, image: Buffer.from(bytes).toString('base64') }
      : { ...declared, size: bytes.length },
  );
  const answer = await api.callPatiently('/upload', deadline, { method: 'POST', body });
  if (answer.status >= 300) throw faultOf(answer, problemOf(answer));
  const { imageId, upload } = uploadAnswerSchema.parse(answer.json());
  if (upload === undefined) return imageId;
  const posted = await api.postForm(upload, bytes);
  if (posted.status >= 300)
    throw faultOf(posted, /<Code>([^<]+)/.exec(posted.text)?.[1] ?? problemOf(posted));
  return imageId;
}

async function waitForOutcome(api: ApiClient, path: string, deadline: number): Promise<ImageView> {
  let pause = FIRST_POLL_MILLISECONDS;
  for (;;) {
    const answer = await api.callPatiently(path, deadline);
    if (answer.status !== 200) throw new Error(problemOf(answer));
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
  file: { path: string; name: string },
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
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file.path);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return row({ ...nothing, status: 'unreadable', reason: READ_FAULTS[code] ?? code });
  }
  let imageId: string | null = null;
  try {
    imageId = await submit(api, file.path, bytes, deadline);
    return row({ imageId, ...rowOf(await waitForOutcome(api, `/images/${imageId}`, deadline)) });
  } catch (error) {
    const status = error instanceof RefusedError ? 'rejected' : 'failed';
    const reason = error instanceof Error ? error.message : String(error);
    return row({ ...nothing, imageId, status, reason });
  }
}
