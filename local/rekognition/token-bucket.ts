/** Admits so many requests a second, and after a pause at most one second's worth at once. */
export class TokenBucket {
  private tokens: number;
  private refilledAt: number;

  /**
   * @param perSecond admitted a second.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(
    private perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = this.capacity;
    this.refilledAt = now();
  }

  /** A rate below one a second still admits one. */
  private get capacity(): number {
    return Math.max(1, this.perSecond);
  }

  /** Takes effect at once; what was saved up beyond the new rate is lost. */
  setRate(perSecond: number): void {
    this.refill();
    this.perSecond = perSecond;
  }

  /** Takes a token, if there is one. */
  tryTake(): boolean {
    this.refill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  private refill(): void {
    const now = this.now();
    // An unlimited rate times no time at all is not a number.
    const earned = now > this.refilledAt ? ((now - this.refilledAt) / 1000) * this.perSecond : 0;
    this.tokens = Math.min(this.capacity, this.tokens + earned);
    this.refilledAt = now;
  }
}
