/** Tells what is being done and how long it took. Everything goes to standard error: standard output is for results. */
export interface Progress {
  /** Runs one step and reports its time; a failed step is reported and its error thrown on. */
  step<T>(name: string, action: () => Promise<T>): Promise<T>;
  note(text: string): void;
}

const seconds = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`;

export const consoleProgress: Progress = {
  async step(name, action) {
    const begin = performance.now();
    try {
      const result = await action();
      console.error(`  ✓ ${name} (${seconds(begin)})`);
      return result;
    } catch (error) {
      console.error(`  ✗ ${name} (${seconds(begin)})`);
      throw error;
    }
  },
  note: (text) => console.error(`  ${text}`),
};

export const silentProgress: Progress = {
  step: (_name, action) => action(),
  note: () => undefined,
};
