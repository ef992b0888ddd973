import { createTelemetry } from '../../../lambda/runtime/telemetry';

interface EmbeddedMetrics {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { Name: string; Unit: string }[];
    }[];
  };
}

describe('what a function tells of itself', () => {
  const written: string[] = [];
  beforeAll(() => {
    // Development mode writes through the global console, where a test can read it.
    process.env['POWERTOOLS_DEV'] = 'true';
    process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
    process.env['POWERTOOLS_SERVICE_NAME'] = 'serverlessapp-dev-detection-stream';
    process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'serverlessapp';
    for (const method of ['log', 'info', 'error'] as 'log'[]) {
      jest.spyOn(console, method).mockImplementation((line: unknown) => {
        written.push(String(line));
      });
    }
  });
  beforeEach(() => (written.length = 0));
  afterAll(() => jest.restoreAllMocks());

  test('a metric carries the stage and its own dimension, and no other', () => {
    const telemetry = createTelemetry('dev');
    telemetry.measure('picturesClassified', 1, { category: 'dog' });
    telemetry.measure('secondsToDecision', 2.5);
    const [classified, seconds] = written.map((line) => JSON.parse(line) as EmbeddedMetrics & object);
    expect(classified).toMatchObject({ stage: 'dev', category: 'dog', PicturesClassified: 1 });
    expect(classified?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'serverlessapp',
        Dimensions: [['stage', 'category']],
        Metrics: [{ Name: 'PicturesClassified', Unit: 'Count' }],
      },
    ]);
    expect(seconds?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['stage']]);
    expect(seconds).not.toHaveProperty('category');
  });

  test('an error is logged by its name', () => {
    const telemetry = createTelemetry('dev');
    telemetry.error('failed', new TypeError('x is undefined'), { imageId: 'i' });
    expect(JSON.parse(written[0] ?? '{}')).toMatchObject({
      level: 'ERROR',
      message: 'failed',
      errorName: 'TypeError',
      imageId: 'i',
    });
  });
});
