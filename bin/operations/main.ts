import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../lib/config/load';
import { operationsContext } from './context';
import { DestroyRefusedError } from './destroy/destroy';
import { type Operation, OPERATIONS } from './operations';
import { SyntheticClientError } from './synthetic-client';

const usage = (): string => `npm run ops -- OPERATION --stage dev|staging|prod [--yes]
npm run ops -- send-pictures --stage STAGE --count N --per-second R [--assume ROLE] [--api-url URL] [--wait SECONDS]

${Object.entries(OPERATIONS)
  .map(([name, operation]) => `  ${name.padEnd(16)} ${operation.summary} (${operation.role})`)
  .join('\n')}

Without --yes an operation that changes something only tells what it would do. Credentials come from the environment, as
for the AWS CLI; sign in with the role named beside the operation. Exit code: 0 done or nothing to do, 1 something is left
for a person, 2 it could not run.`;

/** @throws ConfigurationError */
function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new ConfigurationError(`--${option} takes a number above zero, not "${text}".`);
  return value;
}

const FORESEEN = [ConfigurationError, DestroyRefusedError, SyntheticClientError];

/** What was foreseen, and what AWS answers, says itself; anything else is shown with where it came from. */
function said(error: unknown): unknown {
  if (FORESEEN.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error && '$metadata' in error ? `${error.name}: ${error.message}` : error;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      count: { type: 'string', default: '1' },
      'per-second': { type: 'string', default: '1' },
      assume: { type: 'string' },
      'api-url': { type: 'string' },
      wait: { type: 'string', default: '300' },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const name = positionals.join(' ');
  const operation = (OPERATIONS as Readonly<Record<string, Operation>>)[name];
  if (values.help || operation === undefined || values.stage === undefined) {
    console.log(usage());
    return values.help ? 0 : 2;
  }
  const context = operationsContext(values.stage, values.yes);
  const clean = await operation.run(context, {
    count: positive('count', values.count),
    perSecond: positive('per-second', values['per-second']),
    client: {
      assume: values.assume,
      apiUrl: values['api-url'],
      waitSeconds: positive('wait', values.wait),
    },
  });
  if (operation.changes && !context.confirmed) console.log('Nothing was changed. Add --yes to do it.');
  return clean ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(said(error));
    process.exitCode = 2;
  },
);
