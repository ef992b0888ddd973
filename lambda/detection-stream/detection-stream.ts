import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { detectionStreamFunction } from './detection-stream-definition';
import { detectionStreamHandler } from './detection-stream-handler';

export const handler = detectionStreamHandler(
  createTelemetry(readEnvironment(detectionStreamFunction).STAGE),
);
