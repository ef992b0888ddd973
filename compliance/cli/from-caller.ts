import path from 'node:path';

/** A relative path is meant from where the user called npm, not from the project's root. */
export const fromCaller = (file: string): string =>
  path.resolve(process.env['INVOKED_FROM'] ?? process.cwd(), file);
