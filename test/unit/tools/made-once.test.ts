import { randomUUID } from 'node:crypto';
import { madeOnce } from '../../support/made-once';

describe('what many test files need', () => {
  it('is made once in a run, and each who asks has a copy of its own', () => {
    const name = `made-once-${randomUUID()}`;
    const make = jest.fn(() => ({ list: [1] }));
    madeOnce(name, make).list.push(2);
    expect(madeOnce(name, make)).toEqual({ list: [1] });
    // As another test file would: nothing is held in its memory yet.
    jest.isolateModules(() => {
      const other = jest.requireActual<{ madeOnce: typeof madeOnce }>('../../support/made-once');
      expect(other.madeOnce(name, make)).toEqual({ list: [1] });
    });
    expect(make).toHaveBeenCalledTimes(1);
  });
  it('is made by the next one when making it failed', () => {
    const name = `made-once-${randomUUID()}`;
    const fails = (): number => {
      throw new Error('not now');
    };
    expect(() => madeOnce(name, fails)).toThrow('not now');
    expect(madeOnce(name, () => 1)).toBe(1);
  });
});
