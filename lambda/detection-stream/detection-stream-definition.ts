import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const detectionStreamFunction = defineFunction({
  id: 'detectionStream',
  description: 'Counts what became of pictures, from the stream of the records',
  entry: 'detection-stream/detection-stream.ts',
  stack: 'processing',
  polls: 'detection-stream',
  calls: [],
  environment: variables(),
  timeoutSeconds: 30,
  memoryMegabytes: 256,
  concurrency: 5,
  assumedSeconds: 0.02,
});
