import { EMITTED_METRICS } from '../../../compliance/rules/proofs/signals/emitted-metrics';
import { SAMPLE_LINES } from '../../../compliance/rules/proofs/signals/sample-lines';
import { detectionStreamHandler } from '../../../lambda/detection-stream/detection-stream-handler';
import { METRICS, METRICS_NAMESPACE } from '../../../lambda/domain/metrics';
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

const image = (status: string, attributes: Record<string, object> = {}) => ({
  ImageID: { S: '00000000-0000-4000-8000-000000000001' },
  ClientID: { S: 'demo' },
  ProcessingStatus: { S: status },
  Timestamp: { S: '2025-08-04T11:42:00Z' },
  ...attributes,
});
const completed = image('completed', {
  DetectedAnimal: { S: 'dog' },
  ConfidenceScore: { N: '97.4' },
  CompletedAt: { S: '2025-08-04T11:42:03Z' },
});
const reviewed = image('completed', {
  DetectedAnimal: { S: 'dog' },
  Decision: { M: { catScore: { N: '62' }, dogScore: { N: '70' } } },
  ReviewDecision: {
    M: { outcome: { S: 'dog' }, decidedBy: { S: 'people' }, at: { S: '2025-08-04T12:42:00Z' } },
  },
});
const changes = [
  ['INSERT', undefined, image('pending')],
  ['MODIFY', image('processing'), completed],
  ['MODIFY', image('processing'), image('quarantined', { QuarantineReason: { S: 'animated' } })],
  ['MODIFY', image('processing'), image('failed')],
  ['MODIFY', reviewed, { ...reviewed, ReviewAnnouncedAt: { S: '2025-08-04T12:43:00Z' } }],
  ['REMOVE', completed, undefined],
] as const;

describe('what the gate believes that our code writes', () => {
  const written: string[] = [];
  const before = { ...process.env };
  beforeAll(() => {
    process.env['POWERTOOLS_DEV'] = 'true';
    process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
    process.env['POWERTOOLS_SERVICE_NAME'] = 'serverlessapp-dev-detection-stream';
    process.env['POWERTOOLS_METRICS_NAMESPACE'] = METRICS_NAMESPACE;
    for (const method of ['log', 'info', 'error'] as 'log'[]) {
      jest.spyOn(console, method).mockImplementation((line: unknown) => {
        written.push(String(line));
      });
    }
  });
  beforeEach(() => (written.length = 0));
  afterAll(() => {
    process.env = before;
    jest.restoreAllMocks();
  });

  test('each metric by its exact dimensions and unit', async () => {
    const telemetry = createTelemetry('dev');
    const ports = { webhooks: { mark: () => Promise.resolve() }, endpoints: {} };
    await detectionStreamHandler({ ports, telemetry })({
      Records: changes.map(([eventName, OldImage, NewImage], index) => ({
        eventName,
        dynamodb: { SequenceNumber: `${index}`, OldImage, NewImage },
      })),
    });
    // Those that other functions write: lambda/image-processor, analyze, upload-handler and intake-handler.
    telemetry.measure('thresholdsUnusable', 1);
    telemetry.measure('uploadsOverBound', 1, { client: 'demo' });
    telemetry.measure('laterVersions', 1, { client: 'demo' });
    // And settle-reviews-handler.
    telemetry.measure('oldestReviewSeconds', 0);
    telemetry.measure('reviewsUnsettled', 0);
    // And webhooks-handler.
    for (const metric of [
      'webhookEndpointDisabled',
      'webhooksTold',
      'webhooksFailed',
      'webhooksGivenUp',
    ] as const)
      telemetry.measure(metric, 1, { client: 'demo' });
    const wrote = written
      .map((line) => JSON.parse(line) as Partial<EmbeddedMetrics>)
      .flatMap(({ _aws }) => _aws?.CloudWatchMetrics ?? [])
      .flatMap(({ Namespace, Dimensions, Metrics }) =>
        Metrics.map(({ Name, Unit }) => [
          Namespace,
          Name,
          Unit,
          Dimensions.map((names) => [...names].sort().join()),
        ]),
      );
    const listed = EMITTED_METRICS.filter(({ namespace }) => namespace === METRICS_NAMESPACE).flatMap(
      ({ namespace, metrics, unit, dimensions }) =>
        metrics.map((name) => [namespace, name, unit, dimensions.map((names) => names.join())]),
    );
    const unique = (all: readonly unknown[]) => [...new Set(all.map((each) => JSON.stringify(each)))].sort();
    expect(unique(wrote)).toEqual(unique(listed));
    expect(listed).toHaveLength(Object.keys(METRICS).length);
  });

  test.each(
    SAMPLE_LINES.filter(({ grade }) => grade === 'our code').flatMap(({ lines }) => lines?.told ?? []),
  )('the line %s', (sample) => {
    const { errorName, message, level } = JSON.parse(sample) as Record<string, string>;
    const refused = new Error('not authorized');
    refused.name = errorName ?? '';
    createTelemetry('dev').error(message ?? '', refused);
    expect(JSON.parse(written[0] ?? '{}')).toMatchObject({ errorName, message, level });
  });
});
