import { parentPort, workerData } from 'node:worker_threads';
import { type Anchor, createAnchors } from './anchors';
import { type Box, decodeDetections, type Detection, suppressOverlaps } from './detections';
import { compileModel, type Inference, loadRuntime } from './lite-rt-runtime';
import { loadModelAsset } from './model-asset';
import { decodePicture, type Picture, squareOf } from './picture-decoder';
import { type AnimalShares, animalShares } from './second-look/animal-shares';
import { loadClassifier } from './second-look/classifier-asset';
import { CLASSIFIER_SIDE } from './second-look/efficientnet-lite0';
import { lookAgain } from './second-look/look-again';
import { ServiceError } from './service-error';
import {
  VISION_READY,
  type VisionRequest,
  type VisionResponse,
  type VisionWorkerData,
} from './vision-protocol';

/** Side of the square that the detector reads, in pixels. */
const DETECTOR_SIDE = 300;
/** -1 to 1 for 0 to 255. */
const DETECTOR_RANGE = { zero: 127.5, one: 255 };
/** Mean 127, deviation 128: https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/lite/efficientnet_lite_builder.py */
const CLASSIFIER_RANGE = { zero: 127, one: 255 };
/** Below it the model sees things everywhere; as a confidence it is 20 %. */
const LOWEST_SCORE = 0.15;

interface Vision {
  anchors: Anchor[];
  labels: string[];
  detect: Inference;
  classify: Inference;
}

async function look({ classify }: Vision, picture: Picture, box: Box): Promise<AnimalShares> {
  const [probabilities] = await classify(await squareOf(picture, CLASSIFIER_SIDE, box));
  if (!probabilities) throw new TypeError('The classifier does not answer with probabilities.');
  return animalShares(probabilities);
}

async function detect(vision: Vision, bytes: Uint8Array): Promise<Detection[]> {
  const picture = await decodePicture(bytes);
  const [boxes, logits] = await vision.detect(await squareOf(picture, DETECTOR_SIDE));
  if (!boxes || !logits) throw new TypeError('The detector does not answer with boxes and classes.');
  const seen = suppressOverlaps(
    decodeDetections({ boxes, logits }, vision.anchors, vision.labels, LOWEST_SCORE),
  );
  const detections = await lookAgain(seen, (box) => look(vision, picture, box));
  return detections.filter(({ score }) => score >= LOWEST_SCORE);
}

async function respond(vision: Vision, { id, bytes }: VisionRequest): Promise<VisionResponse> {
  try {
    return { id, detections: await detect(vision, bytes) };
  } catch (error) {
    if (error instanceof ServiceError) return { id, refusal: { code: error.code, message: error.message } };
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function loadVision({ classifierWeights }: VisionWorkerData): Promise<Vision> {
  await loadRuntime();
  const { labels, model } = await loadModelAsset();
  const classifier = await loadClassifier(classifierWeights);
  return {
    anchors: createAnchors(),
    labels,
    detect: await compileModel(model, { side: DETECTOR_SIDE, range: DETECTOR_RANGE }),
    classify: await compileModel(classifier, { side: CLASSIFIER_SIDE, range: CLASSIFIER_RANGE }),
  };
}

async function serve(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker thread only.');
  const vision = await loadVision(workerData as VisionWorkerData);
  // One after the other: memory is bounded by one picture, and the runtime knows one thread.
  let last = Promise.resolve();
  port.on('message', (request: VisionRequest) => {
    last = last.then(async () => port.postMessage(await respond(vision, request)));
  });
  port.postMessage(VISION_READY);
}

void serve();
