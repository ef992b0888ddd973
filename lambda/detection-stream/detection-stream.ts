import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { detectionStreamHandler } from './detection-stream-handler';

export const handler = detectionStreamHandler(createTelemetry(readEnvironment('detectionStream').STAGE));
