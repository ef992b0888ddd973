import { parseArgs } from 'node:util';
import { SetupError } from '../tools/setup/setup-error';

export interface StartOptions {
  pictures: string[];
  once: boolean;
  json: string | undefined;
  port: number | undefined;
  verbose: boolean;
  help: boolean;
}

export const HELP = `npm start [-- [options] [pictures or folders …]]

Runs the whole system on this machine: builds and deploys the dev stage into an embedded AWS, sends
pictures through its public API and shows what became of them. Without pictures, it takes the samples.

  --once        end after the pictures
  --json FILE   also write the results as a JSON array
  --port N      serve the embedded AWS on this loopback port instead of a free one
  --verbose     show every difference by resource, and the embedded AWS's own log
  --help        show this

Exit code: 0 every file reached its final state (decided, in quarantine, or refused by the API for what it is), 1 one did
not, 2 it could not run, 130 ended by Ctrl-C. Hidden files in folders are left out; links are followed.

Examples
  npm start
  npm start -- ~/Pictures/pets holiday.jpg
  npm start -- --once --json results.json pets/
`;

const LARGEST_PORT = 65_535;

const NEXT_STEP = 'npm start -- --help lists the options.';

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= LARGEST_PORT) return port;
  throw new SetupError(`--port takes a number from 1 to ${LARGEST_PORT}, not "${text}".`, NEXT_STEP);
}

/**
 * The user's arguments.
 * @throws SetupError when one is unknown or has a bad value
 */
export function parseCommandLine(args: readonly string[]): StartOptions {
  const { values, positionals } = parseArguments(args);
  const { once, json, verbose, help, port } = values;
  return {
    pictures: positionals,
    once,
    json,
    port: port === undefined ? port : parsePort(port),
    verbose,
    help,
  };
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'string' },
        port: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new SetupError(message, NEXT_STEP);
  }
}
