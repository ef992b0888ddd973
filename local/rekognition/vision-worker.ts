import { parentPort } from 'node:worker_threads';
import { type Anchor, createAnchors } from './anchors';
import { decodeDetections, type Detection, suppressOverlaps } from './detections';
import { compileModel, type Inference } from './lite-rt-runtime';
import { loadModelAsset } from './model-asset';
import { decodePicture } from './picture-decoder';
import { ServiceError } from './service-error';
import { VISION_READY, type VisionRequest, type VisionResponse } from './vision-protocol';

/** Below it the model sees things everywhere; as a confidence it is 20 %. */
const LOWEST_SCORE = 0.15;

interface Vision {
  anchors: Anchor[];
  labels: string[];
  infer: Inference;
}

async function detect({ anchors, labels, infer }: Vision, bytes: Uint8Array): Promise<Detection[]> {
  const outputs = await infer(await decodePicture(bytes));
  return suppressOverlaps(decodeDetections(outputs, anchors, labels, LOWEST_SCORE));
}

async function respond(vision: Vision, { id, bytes }: VisionRequest): Promise<VisionResponse> {
  try {
    return { id, detections: await detect(vision, bytes) };
  } catch (error) {
    if (error instanceof ServiceError) return { id, refusal: { code: error.code, message: error.message } };
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function serve(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker thread only.');
  const { labels, model } = await loadModelAsset();
  const vision = { anchors: createAnchors(), labels, infer: await compileModel(model) };
  // One after the other: memory is bounded by one picture, and the runtime knows one thread.
  let last = Promise.resolve();
  port.on('message', (request: VisionRequest) => {
    last = last.then(async () => port.postMessage(await respond(vision, request)));
  });
  port.postMessage(VISION_READY);
}

void serve();
