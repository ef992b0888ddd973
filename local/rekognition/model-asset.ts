import { readFile } from 'node:fs/promises';

const ASSET = '@mediapipe/objectron/objectron_solution_packed_assets.data';
/** A TFLite file carries its identifier in bytes 4 to 7. https://flatbuffers.dev/internals/#file-identification */
const IDENTIFIER = 'TFL3';
const IDENTIFIER_OFFSET = 4;

/** A detection model and the names of its classes; index 0 is the background. */
export interface ModelAsset {
  labels: string[];
  model: Uint8Array;
}

/** The packed asset does not have the layout that we know. */
export class ModelAssetError extends Error {
  override readonly name = 'ModelAssetError';
}

/**
 * Splits the packed asset: class names, one a line, and directly behind them a TFLite model.
 * @throws ModelAssetError when either part is missing.
 */
export function parseModelAsset(data: Buffer): ModelAsset {
  const start = data.indexOf(IDENTIFIER, 0, 'latin1') - IDENTIFIER_OFFSET;
  if (start <= 0) throw new ModelAssetError('There is no TFLite model behind a list of labels in the asset.');
  const labels = data.toString('utf8', 0, start).trim().split('\n');
  if (!labels.includes('Cat') || !labels.includes('Dog')) {
    throw new ModelAssetError('The labels of the model name neither cats nor dogs.');
  }
  return { labels, model: new Uint8Array(data.subarray(start)) };
}

/**
 * The SSD MobileNet V2 trained on Open Images V4 that Google publishes inside the npm package @mediapipe/objectron
 * (Apache-2.0).
 */
export const loadModelAsset = async (): Promise<ModelAsset> =>
  parseModelAsset(await readFile(require.resolve(ASSET)));
