import { loadStageConfig } from '../../../lib/config/load';
import { type CostGroup, pictureCosts, sumPerMillion } from '../../../tools/cost/picture-costs';
import { runOnePicture } from '../../../tools/cost/picture-run';
import { synthesize } from '../../support/synthesized-stage';
import { type Measure, ratioOf } from '../ratio';

const MOST = 0.1;

/** What grows with pictures in prod ÷ Rekognition's share, at list prices: `npm run cost` lists what it is made of. */
export const measureCosts: Measure = async () => {
  const lines = pictureCosts(synthesize(loadStageConfig('prod')), await runOnePicture());
  const sumOf = (...groups: CostGroup[]): number => sumPerMillion(lines, ...groups);
  const detection = sumOf('detection');
  return [
    ratioOf('processing a picture ÷ Rekognition, in dollars', [sumOf('processing') / detection], MOST),
    ratioOf(
      'processing and audit trail of a picture ÷ Rekognition, in dollars',
      [sumOf('processing', 'audit') / detection],
      MOST,
    ),
  ];
};
