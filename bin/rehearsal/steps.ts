/** One measured step of a rehearsal. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  /** What it did, in numbers. */
  readonly result: string;
}

/** Runs steps one after the other and keeps what each took and did. */
export class Steps {
  readonly done: Step[] = [];

  constructor(private readonly print: (line: string) => void) {}

  /** @param action answers what the step did, in numbers */
  async step(name: string, action: () => Promise<string>): Promise<void> {
    const begin = performance.now();
    const result = await action();
    const seconds = (performance.now() - begin) / 1000;
    this.done.push({ name, seconds, result });
    this.print(`  ${name} (${seconds.toFixed(1)} s): ${result}`);
  }
}
