import type { Detection } from './detections';
import type { ServiceErrorCode } from './service-error';

/** What the worker thread is started with. */
export interface VisionWorkerData {
  /** Path of the classifier's weights. */
  classifierWeights: string;
}

/** What the endpoint asks of the worker thread. */
export interface VisionRequest {
  id: number;
  bytes: Uint8Array;
}

/** What the worker thread answers; a refusal is the picture's fault. */
export type VisionResponse =
  | { id: number; detections: Detection[] }
  | { id: number; refusal: { code: ServiceErrorCode; message: string } }
  | { id: number; failure: string };

/** The worker thread's first message. */
export const VISION_READY = 'ready';
