import { BOUND_TABLE, type BoundScope } from '../../lambda/domain/bounds';
import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES } from '../../lib/config/schema';
import { intakeConcurrency } from '../../lib/constructs/processing/intake-concurrency';
import { leaseSeconds, visibilitySeconds } from '../../lib/constructs/processing/time-limits';
import { generatedDocument, markdownTable } from './markdown-table';

const SCOPES: Readonly<Record<BoundScope, string>> = {
  picture: 'One picture',
  request: 'One request',
  form: 'One upload form',
  page: 'One page',
  client: 'One client',
  answer: 'One answer',
  review: 'One review',
  webhook: 'What one client is told',
  firewall: 'The firewall',
  queue: 'The queue and the workflow',
};

const figure = (value: number): string => value.toLocaleString('en-US');

const scopeBlocks = (): string[] =>
  (Object.keys(SCOPES) as BoundScope[]).flatMap((scope) => [
    `## ${SCOPES[scope]}`,
    markdownTable(
      ['Bound', 'At most', 'What, and why so much'],
      Object.entries(BOUND_TABLE)
        .filter(([, bound]) => bound.scope === scope)
        .map(([name, { value, unit, what }]) => [`\`${name}\``, `${figure(value)} ${unit}`, what]),
    ),
  ]);

/** What each plan of a stage bounds. */
function plansTable(): string {
  const rows = STAGE_NAMES.flatMap((stage) =>
    loadStageConfig(stage).plans.map((plan) => [
      stage,
      plan.id,
      figure(plan.ratePerSecond),
      figure(plan.burst),
      figure(plan.picturesPerHour),
      figure(plan.quotaPerDay),
    ]),
  );
  return markdownTable(
    ['Stage', 'Plan', 'Requests a second', 'At once', 'Pictures an hour', 'Requests a day'],
    rows,
  );
}

/** What follows for the queue from a stage's figures. */
function queueTable(): string {
  const rows = STAGE_NAMES.map((stage) => {
    const config = loadStageConfig(stage);
    const { rekognitionTransactionsPerSecond, workflow } = config;
    const figures = [
      rekognitionTransactionsPerSecond,
      intakeConcurrency(config),
      workflow.timeoutSeconds,
      leaseSeconds(config),
      visibilitySeconds(config),
      workflow.maxReceiveCount,
    ];
    return [stage, ...figures.map(figure)];
  });
  return markdownTable(
    [
      'Stage',
      'Starts a second',
      'Pictures at once',
      'Workflow, s',
      'Claim, s',
      'Message comes back after, s',
      'Receives',
    ],
    rows,
  );
}

/** Every bound, and what the stages' plans add: docs/generated/bounds.md. */
export const boundsPage = (): Record<string, string> => ({
  'docs/generated/bounds.md': generatedDocument('Bounds', [
    'From [lambda/domain/bounds.ts](../../lambda/domain/bounds.ts), which all that bounds reads, and the stages of ' +
      '[lib/config](../../lib/config). Lifetimes of what is kept: [stages.md](stages.md), `retention`.',
    ...scopeBlocks(),
    '## Plans',
    'Requests are throttled by API Gateway, on a best-effort basis ' +
      '(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html); pictures an hour ' +
      'are counted by the upload function and refused exactly.',
    plansTable(),
    '## Stages',
    queueTable(),
  ]),
});
