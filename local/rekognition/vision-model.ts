import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Progress } from '../../tools/setup/progress';
import type { Detection } from './detections';
import { ensureClassifierWeights } from './second-look/classifier-asset';
import { ServiceError } from './service-error';
import {
  VISION_READY,
  type VisionRequest,
  type VisionResponse,
  type VisionWorkerData,
} from './vision-protocol';
import { endOf } from '../../lambda/domain/cut-text';

/** The vision models, in a thread of its own, so that whoever asks stays responsive. */
export interface VisionModel {
  /**
   * The objects in a picture, best first.
   * @throws ServiceError when the picture cannot be read, VisionModelError when the model failed.
   */
  detect(bytes: Uint8Array): Promise<Detection[]>;
  close(): Promise<void>;
}

/** The model's thread could not start or ended; the message holds the last of what it printed. */
export class VisionModelError extends Error {
  override readonly name = 'VisionModelError';
}

interface Pending {
  resolve: (detections: Detection[]) => void;
  reject: (error: Error) => void;
}

const LAST_CHARACTERS = 2000;

/** tsx registers itself per thread, so the worker does it before it loads the TypeScript file. */
const startThread = (workerData: VisionWorkerData): Worker =>
  new Worker(
    `require(${JSON.stringify(require.resolve('tsx/cjs'))}); require(${JSON.stringify(join(__dirname, 'vision-worker.ts'))});`,
    // The native runtime reports its start on the streams; that is wanted only when something failed.
    { eval: true, execArgv: [], stdout: true, stderr: true, workerData },
  );

/** Keeps the end of what the thread prints. */
function recordOutput(streams: readonly Readable[]): () => string {
  let output = '';
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = endOf(output + text, LAST_CHARACTERS)));
  }
  return () => output;
}

function settle({ resolve, reject }: Pending, response: VisionResponse): void {
  if ('detections' in response) resolve(response.detections);
  else if ('refusal' in response) reject(new ServiceError(response.refusal.code, response.refusal.message));
  else reject(new VisionModelError(response.failure));
}

/**
 * Starts the model's thread and waits until it can answer. The classifier's weights are installed first where they are
 * not yet.
 * @throws VisionModelError when it cannot start; SetupError when the weights cannot be had.
 */
export async function startVisionModel(progress: Progress): Promise<VisionModel> {
  const thread = startThread({ classifierWeights: await ensureClassifierWeights(progress) });
  const output = recordOutput([thread.stdout, thread.stderr]);
  const pending = new Map<number, Pending>();
  let requests = 0;
  let ended: VisionModelError | undefined;

  const ready = new Promise<void>((resolve, reject) => {
    const end = (reason: string): void => {
      ended ??= new VisionModelError(`The vision model's thread ended: ${reason}\n${output()}`);
      reject(ended);
      for (const { reject: rejectRequest } of pending.values()) rejectRequest(ended);
      pending.clear();
    };
    thread.on('message', (message: VisionResponse | typeof VISION_READY) => {
      if (message === VISION_READY) {
        resolve();
        return;
      }
      const request = pending.get(message.id);
      pending.delete(message.id);
      if (request) settle(request, message);
    });
    thread.on('error', (error) =>
      end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    thread.on('exit', (code) => end(`exit code ${code}`));
  });
  await ready;

  return {
    detect: (bytes) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        const request: VisionRequest = { id: requests++, bytes };
        pending.set(request.id, { resolve, reject });
        thread.postMessage(request);
      }),
    close: async () => {
      await thread.terminate();
    },
  };
}
