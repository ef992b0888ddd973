import { spawn } from 'node:child_process';
import { connect } from 'node:net';

/**
 * Runs a program to its end, or ends it.
 * @returns {Promise<{ ok: boolean, output: string }>} output: both streams, or why it could not be started
 */
export function probe(command, args, { timeout = 15_000, env = process.env } = {}) {
  return new Promise((resolve) => {
    const output = [];
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code, signal) =>
      resolve({
        ok: code === 0,
        output: `${Buffer.concat(output)}${signal ? `timed out after ${timeout / 1000} s` : ''}`,
      }),
    );
  });
}

/** @returns {Promise<string | undefined>} why nobody takes a connection there; undefined when somebody does */
export function whyUnreachable(host, port, timeout = 3000) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (why) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(timeout, () => end('no answer'));
    socket.on('connect', () => end(undefined));
    socket.on('error', (error) => end(error.code ?? error.message));
  });
}
