import { atLeastLines, countLines } from '../../../lib/monitoring/counted-lines';

const LINES = { namespace: 'serverlessapp-dev/audit', name: 'iam-changed' };

/** What CloudWatch makes of the samples of one period, and whether an alarm over them goes off. */
function goesOff(threshold: number, samples: readonly number[]): boolean {
  const { metric } = atLeastLines(LINES, threshold);
  const statistics: Record<string, number> = {
    Sum: samples.reduce((sum, sample) => sum + sample, 0),
    Minimum: Math.min(...samples),
    Maximum: Math.max(...samples),
  };
  if ('namespace' in metric) return (statistics[metric.statistic] ?? NaN) >= threshold;
  const valueOf = (id: string) => statistics[metric.using[id]?.statistic ?? ''] ?? NaN;
  const [, id = '', instead, otherwise = ''] =
    /^IF\((\w+) < 0, (\d+), (\w+)\)$/.exec(metric.expression) ?? [];
  return (valueOf(id) < 0 ? Number(instead) : valueOf(otherwise)) >= threshold;
}

const lines = (count: number): number[] => Array.from({ length: count }, () => 1);

describe.each([1, 5, 20])('an alarm at %i lines', (threshold) => {
  it('goes off at so many, and not before', () => {
    expect(goesOff(threshold, lines(threshold))).toBe(true);
    if (threshold > 1) expect(goesOff(threshold, lines(threshold - 1))).toBe(false);
  });
  it.each([-1, -1e9, 0, 0.5, 1e9])('is not kept quiet by a sample of %d', (sample) => {
    expect(goesOff(threshold, [...lines(threshold), sample])).toBe(true);
  });
  it('looks at the unit that its filter writes, and at none else', () => {
    const { metric } = atLeastLines(LINES, threshold);
    const metrics = 'namespace' in metric ? [metric] : Object.values(metric.using);
    expect(metrics.map(({ unit }) => unit as string)).toEqual(
      metrics.map(() => countLines(LINES, '{ $.a = 1 }').unit),
    );
  });
});

it.each([0, -1, 1.5])('%d lines are no number to wait for', (threshold) => {
  expect(() => atLeastLines(LINES, threshold)).toThrow(RangeError);
});
