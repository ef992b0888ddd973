/**
 * The model's sigmoids are not Rekognition's confidences. This is a calibration, measured on photographs: clear cats and
 * dogs scored 0.53 to 0.91, most other things below 0.35, so the points below put the default thresholds of the decision
 * (floor 60, accept 90) where they separate the two. It is monotone, so it never changes the order of two scores.
 */
const CALIBRATION: readonly (readonly [score: number, confidence: number])[] = [
  [0, 0],
  [0.45, 60],
  [0.58, 90],
  [0.8, 98],
  [1, 100],
];

/** A sigmoid, 0 to 1, as a confidence in percent; linear between the calibration's points. */
export function calibratedConfidence(score: number): number {
  const clamped = Math.min(1, Math.max(0, score));
  const upper = Math.max(
    1,
    CALIBRATION.findIndex(([knot]) => clamped <= knot),
  );
  const [fromScore, fromConfidence] = CALIBRATION[upper - 1] ?? [0, 0];
  const [toScore, toConfidence] = CALIBRATION[upper] ?? [1, 100];
  return fromConfidence + ((clamped - fromScore) / (toScore - fromScore)) * (toConfidence - fromConfidence);
}
