import { STEWARD_IMAGE } from '../../../lambda/domain/api-routes';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import type { AlarmDefinition, MetricDefinition } from '../alarm-definition';

/**
 * Every method but the read of one image, which takes as long as its client asks it to wait; the lists run in the same
 * function. CloudWatch names methods so where a stage has detailed metrics, as ours has.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
const PROMPT_METHODS = {
  upload: { Method: 'POST', Resource: '/upload' },
  lists: { Method: 'GET', Resource: '/images' },
  erase: { Method: 'DELETE', Resource: '/images/{id}' },
  steward: { Method: 'DELETE', Resource: STEWARD_IMAGE },
} as const;

/** What clients feel, and what attackers try. */
export const apiAlarms = (config: StageConfig, names: Names): AlarmDefinition[] => {
  const api = (
    name: string,
    statistic: MetricDefinition['statistic'],
    method: Readonly<Record<string, string>> = {},
  ): MetricDefinition => ({
    namespace: 'AWS/ApiGateway',
    name,
    dimensions: { ApiName: names.restApi, ...method, Stage: config.stage },
    statistic,
  });
  const prompt = Object.keys(PROMPT_METHODS) as (keyof typeof PROMPT_METHODS)[];
  return [
    {
      id: 'api-server-errors',
      severity: 'critical',
      owner: 'operations',
      why: 'More than one of a hundred requests fails through our fault.',
      response:
        'See in the access log which route fails, then that function’s errors; roll back a fresh release.',
      metric: {
        expression: 'IF(n > 20, 100 * e / n, 0)',
        using: { e: api('5XXError', 'Sum'), n: api('Count', 'SampleCount') },
      },
      comparison: 'above',
      threshold: 1,
      unit: 'percent',
      periodSeconds: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      missingData: 'notBreaching',
    },
    {
      id: 'api-client-errors',
      severity: 'medium',
      owner: 'security',
      why: 'Most requests are refused: a client is broken, or somebody tries keys and paths.',
      response:
        'Group the access log by key id and address; disable a key that leaks, tell the client whose release is broken.',
      metric: {
        expression: 'IF(n > 100, 100 * e / n, 0)',
        using: { e: api('4XXError', 'Sum'), n: api('Count', 'SampleCount') },
      },
      comparison: 'above',
      threshold: 50,
      unit: 'percent',
      periodSeconds: 300,
      evaluationPeriods: 2,
      missingData: 'notBreaching',
    },
    {
      id: 'api-latency',
      severity: 'high',
      owner: 'operations',
      why: 'One of a hundred requests of some method takes longer than three seconds, reads of one image aside: those wait as long as their client asks.',
      response:
        'Compare Latency with IntegrationLatency: the gateway or the function; look at cold starts and endpoints.',
      metric: {
        expression: `MAX([${prompt.map((id) => `FILL(${id}, 0)`).join(', ')}])`,
        using: Object.fromEntries(prompt.map((id) => [id, api('Latency', 'p99', PROMPT_METHODS[id])])),
      },
      comparison: 'above',
      threshold: 3000,
      unit: 'milliseconds',
      periodSeconds: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      missingData: 'notBreaching',
    },
    {
      id: 'web-acl-blocks',
      severity: 'medium',
      owner: 'security',
      why: 'WAF holds back many requests: an attack, or a rule that hits a client of ours.',
      response:
        'Group the web ACL’s log by rule and address; count a rule that hits clients, block what attacks.',
      metric: {
        namespace: 'AWS/WAFV2',
        name: 'BlockedRequests',
        dimensions: { WebACL: names.webAcl, Region: names.region, Rule: 'ALL' },
        statistic: 'Sum',
      },
      comparison: 'above',
      threshold: 1000,
      unit: 'requests',
      periodSeconds: 300,
      evaluationPeriods: 1,
      missingData: 'notBreaching',
    },
  ];
};
