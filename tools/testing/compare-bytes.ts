import { expect } from '@jest/globals';

/**
 * jest compares two arrays of bytes one byte after the other, through a dozen calls each: seconds for a picture. Equal ones
 * are told at once here; of all others jest says itself whether and where they differ.
 */
const areSameBytes = (a: unknown, b: unknown): boolean | undefined =>
  a instanceof Uint8Array &&
  b instanceof Uint8Array &&
  a.constructor === b.constructor &&
  Buffer.compare(a, b) === 0
    ? true
    : undefined;

expect.addEqualityTesters([areSameBytes]);
