const GROWTH = 1.25;

/** Collects bytes in one block, so that a file of very many parts costs little more memory than its length. */
export class ByteSink {
  private block: Uint8Array;
  private length = 0;

  /** @param capacity bytes that will be written, as far as is known: the block grows when they are more */
  constructor(capacity: number) {
    this.block = new Uint8Array(capacity);
  }

  write(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.block.length) {
      const larger = new Uint8Array(Math.max(needed, Math.ceil(this.block.length * GROWTH)));
      larger.set(this.block.subarray(0, this.length));
      this.block = larger;
    }
    this.block.set(bytes, this.length);
    this.length += bytes.length;
  }

  bytes(): Uint8Array {
    return this.block.subarray(0, this.length);
  }
}
