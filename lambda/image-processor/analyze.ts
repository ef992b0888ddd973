import { WORKFLOW_TASK } from '../adapters/client-configuration';
import { RekognitionLabelDetector, rekognitionClient } from '../adapters/rekognition-label-detector';
import { S3PictureStore, s3Client } from '../adapters/s3-picture-store';
import { SsmThresholdSource, ssmClient } from '../adapters/ssm-parameters';
import { analyzeInputSchema } from '../domain/workflow-messages';
import { readEnvironment } from '../runtime/environment';
import { taskHandler } from '../runtime/task';
import { createTelemetry } from '../runtime/telemetry';
import { analyze } from '../steps/analyze';
import { thresholdCache } from '../steps/threshold-cache';
import { analyzeFunction } from './analyze-definition';

const environment = readEnvironment(analyzeFunction);
const telemetry = createTelemetry(environment.STAGE);
const parameter = new SsmThresholdSource(ssmClient(WORKFLOW_TASK), environment.THRESHOLDS_PARAMETER);

const ports = {
  pictures: new S3PictureStore(s3Client(WORKFLOW_TASK), environment.PICTURE_BUCKET),
  // Step Functions retries a throttled call by its name: an attempt here besides would be paid for in rate.
  detector: new RekognitionLabelDetector(rekognitionClient({ attempts: 1, seconds: 15 })),
  thresholds: thresholdCache(parameter, Date.now, (error) => {
    telemetry.error('thresholds unusable, the last good ones stay', error);
    telemetry.measure('thresholdsUnusable', 1);
  }),
};

export const handler = taskHandler(telemetry, analyzeInputSchema, (state) => analyze(ports, state));
