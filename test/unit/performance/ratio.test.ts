import { isLoss, ratioOf } from '../../performance/ratio';

const recorded = { what: 'start', low: 2.0, median: 2.1, high: 2.2 };

describe('a ratio', () => {
  it('is the middle of its samples and the quarters around it, in whatever order they came', () => {
    expect(ratioOf('start', [5, 1, 3, 2, 4], 2.5)).toEqual({
      what: 'start',
      low: 2,
      median: 3,
      high: 4,
      most: 2.5,
    });
  });
  it('of one sample has no spread', () => {
    expect(ratioOf('bytes', [1.1])).toEqual({ what: 'bytes', low: 1.1, median: 1.1, high: 1.1 });
  });
});

describe('a loss', () => {
  it('is a middle that moved by more than a twentieth, with quarters apart from the recorded ones', () => {
    expect(isLoss(recorded, { ...recorded, low: 2.3, median: 2.4, high: 2.5 })).toBe(true);
  });
  it('is not what the spread of either run explains', () => {
    expect(isLoss(recorded, { ...recorded, low: 2.1, median: 2.4, high: 2.9 })).toBe(false);
  });
  it('is not a change that nobody would notice, however exact', () => {
    const exact = { what: 'bytes', low: 1.1, median: 1.1, high: 1.1 };
    expect(isLoss(exact, { ...exact, low: 1.12, median: 1.12, high: 1.12 })).toBe(false);
    expect(isLoss(exact, { ...exact, low: 1.2, median: 1.2, high: 1.2 })).toBe(true);
  });
  it('is no gain', () => {
    expect(isLoss(recorded, { ...recorded, low: 1, median: 1.1, high: 1.2 })).toBe(false);
  });
});
