import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS, STAGE_DIMENSION } from '../domain/metrics';

/** What a function tells of itself. Opaque ids and codes only: no file names, addresses or payloads. */
export interface Telemetry {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void;
  /** Counts or measures one thing, with exactly these dimensions besides the stage. */
  measure(metric: keyof typeof METRICS, value: number, dimensions?: Readonly<Record<string, string>>): void;
}

const UNITS: Partial<Record<keyof typeof METRICS, (typeof MetricUnit)[keyof typeof MetricUnit]>> = {
  confidence: MetricUnit.Percent,
  secondsToDecision: MetricUnit.Seconds,
  reviewAgreement: MetricUnit.Percent,
  secondsToReview: MetricUnit.Seconds,
  oldestReviewSeconds: MetricUnit.Seconds,
};

/**
 * Structured logs and embedded metric format, both through the log stream, so that no monitoring endpoint is needed.
 * Name, level and namespace come from the environment. Powertools' own `service` dimension is left out: the alarms and
 * dashboards look for the stage alone.
 */
export function createTelemetry(stage: string): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics();
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [STAGE_DIMENSION]: stage });
  return {
    info(message, fields = {}) {
      logger.info(message, fields);
    },
    error(message, error, fields = {}) {
      logger.error(message, {
        ...fields,
        errorName: error instanceof Error ? error.name : typeof error,
        error: error instanceof Error ? error : undefined,
      });
    },
    measure(metric, value, dimensions = {}) {
      for (const [name, text] of Object.entries(dimensions)) metrics.addDimension(name, text);
      metrics.addMetric(METRICS[metric], UNITS[metric] ?? MetricUnit.Count, value);
      metrics.publishStoredMetrics();
    },
  };
}
