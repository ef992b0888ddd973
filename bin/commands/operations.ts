import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../lib/config/load';
import { STAGE_NAMES } from '../../lib/config/schema';
import { explained, explainSetupError } from '../../tools/setup/explain-setup-error';
import { SetupError } from '../../tools/setup/setup-error';
import { EXIT_INTERRUPTED } from '../../tools/terminal/interruption';
import { operationsContext } from '../operations/context';
import { type Operation, OPERATIONS } from '../operations/operations';

const usage =
  (): string => `npm run ops -- OPERATION --stage ${STAGE_NAMES.join('|')} [--region REGION] [--yes]
npm run ops -- merge-restored --stage STAGE [--image ID]… [--client ID] [--from TIME] [--to TIME] [--replace] [--yes]
npm run ops -- redrive-webhooks --stage STAGE [--client ID] [--image ID]… [--yes]
npm run ops -- recover-pictures --stage STAGE --image ID… [--yes]
npm run ops -- rehearse restore [--count N]
npm run ops -- first-contact --stage dev [--output FILE] [--clean-up] [--yes]
npm run ops -- send-pictures --stage STAGE --count N --per-second R [--assume ROLE] [--api-url URL] [--wait SECONDS]

${Object.entries(OPERATIONS)
  .map(([name, operation]) => `  ${name.padEnd(17)} ${operation.summary} (${operation.role})`)
  .join('\n')}

--region takes the second region of the stage, after a failover or before a failback. Times are written
2025-08-04T11:42:00Z and mean the upload. Without --yes an operation that changes something only tells what it would do. Credentials come from the environment, as
for the AWS CLI; sign in with the role named beside the operation. Exit code: 0 done or nothing to do, 1 something is left
for a person, 2 it could not run.`;

/** @throws ConfigurationError */
function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new ConfigurationError(`--${option} takes a number above zero, not "${text}".`);
  return value;
}

/** By their names: some of their classes come only with the operation that throws them. */
const EXPECTED_ERRORS = new Set([
  'AccessDenied',
  'ConfigurationError',
  'DestroyRefusedError',
  'RehearsalError',
  'SyntheticClientError',
]);

/** What was foreseen, and what AWS answers, says itself; anything else is shown with where it came from. */
function withoutStack(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // No profile, no variables, an expired sign-in: the SDK's own classes, by the names that they share.
  if (/^(Credentials|Token)ProviderError$/.test(error.name))
    return `There are no usable AWS credentials in the environment: ${error.message}\nSign in with the role named beside the operation (aws sso login, or AWS_PROFILE), and run it again.`;
  if ('$metadata' in error) return `${error.name}: ${error.message}`;
  return EXPECTED_ERRORS.has(error.name) ? error.message : error;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      image: { type: 'string', multiple: true, default: [] },
      client: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      replace: { type: 'boolean', default: false },
      output: { type: 'string' },
      'clean-up': { type: 'boolean', default: false },
      count: { type: 'string' },
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
  const stage = values.stage ?? (name === 'rehearse restore' ? 'dev' : undefined);
  if (values.help || operation === undefined || stage === undefined) {
    console.log(usage());
    return values.help ? 0 : 2;
  }
  const context = operationsContext(stage, values.yes, {}, values.region);
  const clean = await operation.run(context, {
    count: values.count === undefined ? undefined : positive('count', values.count),
    perSecond: positive('per-second', values['per-second']),
    client: {
      assume: values.assume,
      apiUrl: values['api-url'],
      waitSeconds: positive('wait', values.wait),
    },
    selection: { images: values.image, client: values.client, from: values.from, to: values.to },
    output: values.output,
    cleanUpOnly: values['clean-up'],
    replace: values.replace,
  });
  if (operation.changes && !context.confirmed) console.log('Nothing was changed. Add --yes to do it.');
  return clean ? 0 : 1;
}

const EXIT_CANNOT_RUN = 2;

async function explain(thrown: unknown): Promise<number> {
  const error = explained(thrown);
  if (error instanceof Error && error.name === 'InterruptedError') return EXIT_INTERRUPTED;
  if (error instanceof SetupError) {
    await explainSetupError(error);
    return EXIT_CANNOT_RUN;
  }
  console.error(withoutStack(error));
  return EXIT_CANNOT_RUN;
}

// What is still under way after Ctrl-C is supervised and ends with this process.
void main()
  .catch(explain)
  .then((code) => process.exit(code));
