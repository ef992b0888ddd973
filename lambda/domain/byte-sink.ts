/** Collects bytes in one block, so that a file of very many parts costs no more memory than its length. */
export class ByteSink {
  private readonly block: Uint8Array;
  private length = 0;

  /** @param capacity most bytes that will be written */
  constructor(capacity: number) {
    this.block = new Uint8Array(capacity);
  }

  write(bytes: Uint8Array): void {
    this.block.set(bytes, this.length);
    this.length += bytes.length;
  }

  bytes(): Uint8Array {
    return this.block.subarray(0, this.length);
  }
}
