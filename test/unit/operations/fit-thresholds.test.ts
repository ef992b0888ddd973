import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OperationsContext } from '../../../bin/operations/context';
import {
  bestOf,
  fitThresholds,
  reviewedPicture,
  wilsonUpperPercent,
} from '../../../bin/operations/thresholds/fit-thresholds';
import { reportThresholds } from '../../../bin/operations/thresholds/report-thresholds';
import { dev } from '../../../lib/config/dev';
import { Names } from '../../../lib/names';

const today = { accept: 90, floor: 60, margin: 15 };
const dogs = (count: number, dogScore: number, outcome: 'dog' | 'other' = 'dog') =>
  Array.from({ length: count }, () => ({ catScore: 0, dogScore, outcome }));

describe('thresholds that would have fitted', () => {
  it('are those by which the product’s own rule would have decided as people did', () => {
    const fit = fitThresholds([...dogs(100, 85), ...dogs(40, 70, 'other')], today);
    expect(fit.pictures).toBe(140);
    expect(fit.accept.find(({ value }) => value === 85)).toMatchObject({ decided: 100, right: 100 });
    expect(fit.accept.find(({ value }) => value === 86)).toMatchObject({ decided: 0 });
    expect(fit.accept.find(({ value }) => value === 70)).toMatchObject({ decided: 140, right: 100 });
    expect(fit.floor.find(({ value }) => value === 71)).toMatchObject({ decided: 40, right: 40 });
    expect(bestOf(fit.accept, 5)?.value).toBe(85);
    expect(bestOf(fit.floor, 10)?.value).toBe(71);
  });

  it('are none where few pictures prove little, or people said otherwise', () => {
    expect(bestOf(fitThresholds(dogs(19, 85), today).accept, 100)).toBeUndefined();
    expect(bestOf(fitThresholds(dogs(40, 85), today).accept, 5)).toBeUndefined();
    expect(bestOf(fitThresholds(dogs(200, 85, 'other'), today).accept, 50)).toBeUndefined();
  });

  it('never are values by which the model would decide less, of which nothing is known', () => {
    const { accept, floor } = fitThresholds(dogs(5, 85), today);
    expect(Math.max(...accept.map(({ value }) => value))).toBeLessThan(today.accept);
    expect(Math.min(...floor.map(({ value }) => value))).toBeGreaterThan(today.floor);
  });

  // NIST/SEMATECH e-Handbook, 7.2.4.1: 4 defects in 20 by Wilson, 95 % two-sided: 0.0807 to 0.4160.
  it.each([
    [4, 20, 41.6],
    [0, 0, 100],
    [0, 100, 3.7],
  ])('%i wrong of %i may be %f percent', (count, of, percent) => {
    expect(wilsonUpperPercent(count, of)).toBeCloseTo(percent, 1);
  });

  it('read people’s decisions alone', () => {
    const Decision = {
      category: 'uncertain',
      confidence: 70,
      reason: 'low-confidence',
      catScore: 1,
      dogScore: 70,
    };
    const decided = (outcome: string, decidedBy: string, category = 'uncertain') =>
      reviewedPicture({
        Decision: { ...Decision, category },
        ReviewDecision: { outcome, decidedBy, at: '' },
      } as Parameters<typeof reviewedPicture>[0]);
    expect(decided('dog', 'people')).toEqual({ catScore: 1, dogScore: 70, outcome: 'dog' });
    expect(decided('other', 'expiry')).toBeUndefined();
    expect(decided('undecided', 'expiry')).toBeUndefined();
    expect(decided('dog', 'people', 'dog')).toBeUndefined();
  });
});

it('are reported by reads alone', async () => {
  const commands: string[] = [];
  const lines: string[] = [];
  const item = {
    Decision: { category: 'uncertain', catScore: 0, dogScore: 85 },
    ReviewDecision: { outcome: 'dog', decidedBy: 'people' },
  };
  const documents = {
    send: (command: { constructor: { name: string }; input: { ExpressionAttributeValues: object } }) => {
      commands.push(command.constructor.name);
      const isDemo = Object.values(command.input.ExpressionAttributeValues).includes('demo');
      return Promise.resolve({ Items: isDemo ? Array.from({ length: 100 }, () => item) : [] });
    },
  } as unknown as DynamoDBDocumentClient;
  // The paginator asks whether it was given a client.
  Object.setPrototypeOf(documents, DynamoDBDocumentClient.prototype);
  const context = {
    config: dev,
    names: new Names(dev, dev.region),
    documents,
    // As console.log: whatever it is given is printed.
    print: (...parts: unknown[]) => lines.push(parts.join(' ')),
  } as unknown as OperationsContext;
  expect(await reportThresholds(context)).toBe(true);
  expect(new Set(commands)).toEqual(new Set(['QueryCommand']));
  expect(lines).toContainEqual(expect.stringMatching(/^accept +decided without a person/));
  expect(lines.join('\n')).toContain('accept 85 would have spared people 100 of 100 pictures.');
});
