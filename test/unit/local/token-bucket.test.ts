import { TokenBucket } from '../../../local/rekognition/token-bucket';

function bucketAt(rate: number) {
  let milliseconds = 0;
  const bucket = new TokenBucket(rate, () => milliseconds);
  return {
    bucket,
    pass: (duration: number) => {
      milliseconds += duration;
    },
    take: (attempts: number) =>
      Array.from({ length: attempts }, () => bucket.tryTake()).filter(Boolean).length,
  };
}

describe('the token bucket', () => {
  test('admits one second’s worth at once and no more', () => {
    expect(bucketAt(5).take(8)).toBe(5);
  });

  test('refills with time', () => {
    const { take, pass } = bucketAt(5);
    take(5);
    pass(400);
    expect(take(5)).toBe(2);
  });

  test('saves up no more than one second’s worth', () => {
    const { take, pass } = bucketAt(5);
    pass(60_000);
    expect(take(20)).toBe(5);
  });

  test('admits one a period when the rate is below one a second', () => {
    const { take, pass } = bucketAt(0.5);
    expect(take(2)).toBe(1);
    pass(1000);
    expect(take(1)).toBe(0);
    pass(1000);
    expect(take(1)).toBe(1);
  });

  test('obeys a new rate at once', () => {
    const { bucket, take, pass } = bucketAt(100);
    bucket.setRate(2);
    expect(take(100)).toBe(2);
    bucket.setRate(10);
    pass(1000);
    expect(take(100)).toBe(10);
  });

  test('is unlimited at an infinite rate', () => {
    const { take } = bucketAt(Infinity);
    expect(take(1000)).toBe(1000);
  });
});
