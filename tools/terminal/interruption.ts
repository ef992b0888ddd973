/** The user ended it by Ctrl-C or a signal. */
export const EXIT_INTERRUPTED = 130;

/** The user ended it. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Settles at Ctrl-C, SIGTERM or SIGHUP; from then on the process does not end by itself. */
export const interrupted = (): Promise<'interrupted'> =>
  new Promise((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => settle('interrupted'));
    }
  });
