import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { DETECTION_LOGS, type DetectionRecord } from '../../../lambda/domain/detection-record';
import { formatTable } from '../../../tools/terminal/table';
import type { OperationsContext } from '../context';
import {
  bestOf,
  type FittedValue,
  fitThresholds,
  type ReviewedPicture,
  reviewedPicture,
} from './fit-thresholds';

/** One wrong in twenty is worse than asking a person. */
const MOST_WRONG_PERCENT = 5;

/** What people decided, client by client: scores and outcomes alone, no id, no name, no person. Reads only. */
async function reviewedPictures({ config, names, documents }: OperationsContext): Promise<ReviewedPicture[]> {
  const { name, partitionKey } = DETECTION_LOGS.indexes.byTime;
  const found: ReviewedPicture[] = [];
  for (const { id } of config.clients) {
    const pages = paginateQuery(
      { client: documents },
      {
        TableName: names.detectionLogsTable,
        IndexName: name,
        KeyConditionExpression: '#partition = :client',
        FilterExpression: 'attribute_exists(ReviewDecision)',
        ProjectionExpression: 'Decision, ReviewDecision',
        ExpressionAttributeNames: { '#partition': partitionKey },
        ExpressionAttributeValues: { ':client': id },
      },
    );
    for await (const { Items = [] } of pages)
      for (const item of Items) {
        const picture = reviewedPicture(item as Pick<DetectionRecord, 'Decision' | 'ReviewDecision'>);
        if (picture !== undefined) found.push(picture);
      }
  }
  return found;
}

const table = (title: string, values: readonly FittedValue[]): string[] =>
  formatTable(
    [title, 'decided without a person', 'as people did', 'wrong at most (95 %)'],
    values
      .filter(({ decided }) => decided > 0)
      .map(({ value, decided, right, wrongAtMost }) => [
        String(value),
        String(decided),
        String(right),
        `${wrongAtMost.toFixed(1)} %`,
      ]),
  );

/** Prints what other thresholds would have done with the pictures that people decided. @returns whether there were any */
export async function reportThresholds(context: OperationsContext): Promise<boolean> {
  const { config, print } = context;
  const { thresholds } = config;
  const fit = fitThresholds(await reviewedPictures(context), thresholds);
  print(
    `${fit.pictures} pictures were decided by people. Configured: accept ${thresholds.accept}, floor ${thresholds.floor}, margin ${thresholds.margin}.`,
  );
  if (fit.pictures === 0) return false;
  for (const name of ['accept', 'floor'] as const) {
    for (const line of table(name, fit[name])) print(line);
    const best = bestOf(fit[name], MOST_WRONG_PERCENT);
    print(
      best === undefined
        ? `No other ${name} is shown to be wrong at most ${MOST_WRONG_PERCENT} times in a hundred.`
        : `${name} ${best.value} would have spared people ${best.decided} of ${fit.pictures} pictures.`,
    );
  }
  print(
    'Only uncertain pictures have a person’s answer: of what was decided without one this says nothing, and nothing here was changed.',
  );
  return true;
}
