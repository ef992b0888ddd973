import { createServer } from 'node:net';
import { SetupError } from '../../tools/setup/setup-error';

const OTHERWISE = 'Name another port, or leave --port out: a free one is taken then.';

const REASONS: Readonly<Record<string, (port: number) => string>> = {
  EADDRINUSE: (port) => `Port ${port} of this machine is taken by another program.`,
  EACCES: (port) => `Port ${port} is kept for the system: this user may not listen there.`,
};

/**
 * @returns the port that the user chose
 * @throws SetupError when nobody can listen on it: asked before anything is started, since whoever holds it could answer
 * in the embedded AWS's place, or take a connection and say nothing
 */
export function usablePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', ({ code = '', message }: NodeJS.ErrnoException) => {
      reject(new SetupError(REASONS[code]?.(port) ?? `Port ${port} cannot be used: ${message}.`, OTHERWISE));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}
