import { open, stat } from 'node:fs/promises';
import type { Activity } from '../runtime/activity';

/** Kept for pages that open later. */
const MOST_REMEMBERED = 400;
const MOST_BYTES_AT_ONCE = 1024 * 1024;

/** Reads what functions write of themselves, line by line, as it comes. */
export class ActivityFeed {
  /** The newest last. */
  readonly past: Activity[] = [];
  private offset = 0;
  private rest = '';

  constructor(private readonly file: string) {}

  /** What came since the last call. */
  async take(): Promise<Activity[]> {
    const text = this.rest + (await this.readOn());
    const lines = text.split('\n');
    this.rest = lines.pop() ?? '';
    const taken = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Activity);
    this.past.push(...taken);
    this.past.splice(0, Math.max(0, this.past.length - MOST_REMEMBERED));
    return taken;
  }

  private async readOn(): Promise<string> {
    const size = await stat(this.file).then(
      (entry) => entry.size,
      // No function has run yet.
      () => 0,
    );
    const length = Math.min(size - this.offset, MOST_BYTES_AT_ONCE);
    if (length <= 0) return '';
    const file = await open(this.file);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, this.offset);
      this.offset += bytesRead;
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
