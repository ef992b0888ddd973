import { on, TELLS_MISSING } from '../aws-calls';
import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction, shareOfSlots } from '../function-definition';

export const analyzeFunction = defineFunction({
  id: 'analyze',
  description: 'Checks a picture and asks Rekognition for its labels',
  entry: 'image-processor/analyze.ts',
  stack: 'processing',
  calls: [
    ...on('bucket:pictures')(TELLS_MISSING),
    ...on('object:input/*')('s3:GetObjectVersion'),
    ...on('parameter:thresholds')('ssm:GetParameter'),
    ...on('*')('rekognition:DetectLabels'),
  ],
  environment: variables('PICTURE_BUCKET', 'THRESHOLDS_PARAMETER'),
  timeoutSeconds: BOUNDS.taskFunctionSeconds,
  memoryMegabytes: 1024,
  concurrency: shareOfSlots(1),
  // It reports each bad picture as an error of its own name, so only a flood of them is news.
  errors: { inFiveMinutes: 100, ofNewVersionInOneMinute: 20 },
  assumedSeconds: 0.9,
});
