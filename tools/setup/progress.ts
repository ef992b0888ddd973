/** Tells what is being done and how long it took. Everything goes to standard error: standard output is for results. */
export interface Progress {
  /** Runs one step and reports its time; a failed step is reported and its error thrown on. */
  step<T>(name: string, action: () => Promise<T>): Promise<T>;
  note(text: string): void;
}

const seconds = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
/** A quarter of a minute without a word looks like a fault. */
const WORD_EVERY_MILLISECONDS = 15_000;

export const consoleProgress: Progress = {
  async step(name, action) {
    const begin = performance.now();
    const word = setInterval(
      () => console.error(`  … ${name} (${seconds(begin)} so far)`),
      WORD_EVERY_MILLISECONDS,
    );
    word.unref();
    try {
      const result = await action();
      console.error(`  ✓ ${name} (${seconds(begin)})`);
      return result;
    } catch (error) {
      console.error(`  ✗ ${name} (${seconds(begin)})`);
      throw error;
    } finally {
      clearInterval(word);
    }
  },
  note: (text) => console.error(`  ${text}`),
};

export const silentProgress: Progress = {
  step: (_name, action) => action(),
  note: () => undefined,
};
