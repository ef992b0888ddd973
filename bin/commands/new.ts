import { parseArgs } from 'node:util';
import { newAlarm } from '../../tools/scaffold/new-alarm';
import { FUNCTION_FOLDERS, newFunction } from '../../tools/scaffold/new-function';
import { newRule } from '../../tools/scaffold/new-rule';
import { newStage } from '../../tools/scaffold/new-stage';
import { newThreshold } from '../../tools/scaffold/new-threshold';
import { type Scaffold, ScaffoldError, writeScaffold } from '../../tools/scaffold/scaffold';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

const USAGE = `npm run new -- function NAME [--stack api|processing] [--folder ${FUNCTION_FOLDERS.join('|')}]
npm run new -- rule NAME --type AWS::SQS::Queue --property KmsMasterKeyId --control ENC-01
npm run new -- alarm NAME --metric picturesFailed --above 10
npm run new -- threshold NAME --value 50
npm run new -- stage NAME --account 123456789012

Makes the files, enters them into the lists that know them, and says what is left to write. NAME is in kebab case.
Exit code: 0 written, 2 nothing written.`;

const OPTIONS = {
  stack: { type: 'string', default: 'processing' },
  folder: { type: 'string', default: 'image-processor' },
  type: { type: 'string' },
  property: { type: 'string' },
  control: { type: 'string' },
  metric: { type: 'string' },
  above: { type: 'string' },
  value: { type: 'string' },
  account: { type: 'string' },
} as const;
type Values = Partial<Record<keyof typeof OPTIONS, string>>;

const wanted = (values: Values, option: keyof Values): string => {
  const value = values[option];
  if (value === undefined) throw new ScaffoldError(`--${option} is missing.\n\n${USAGE}`);
  return value;
};

const oneOf = <Choice extends string>(choices: readonly Choice[], value: string, option: string): Choice => {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new ScaffoldError(`--${option} is one of ${choices.join(', ')}.`);
  return found;
};

function scaffoldOf(kind: string | undefined, name: string, values: Values): Scaffold {
  switch (kind) {
    case 'function':
      return newFunction({
        name,
        stack: oneOf(['api', 'processing'], wanted(values, 'stack'), 'stack'),
        folder: oneOf(FUNCTION_FOLDERS, wanted(values, 'folder'), 'folder'),
      });
    case 'rule':
      return newRule(PROJECT_ROOT, {
        name,
        type: wanted(values, 'type'),
        property: wanted(values, 'property'),
        control: wanted(values, 'control'),
      });
    case 'alarm':
      return newAlarm({ name, metric: wanted(values, 'metric'), above: Number(wanted(values, 'above')) });
    case 'threshold':
      return newThreshold({ name, value: Number(wanted(values, 'value')) });
    case 'stage':
      return newStage({ name, account: wanted(values, 'account') });
    default:
      throw new ScaffoldError(USAGE);
  }
}

function print({ files, entries, byHand, commands, others = [] }: Scaffold): void {
  for (const file of Object.keys(files)) console.log(`made: ${file}`);
  for (const file of new Set(entries.map((entry) => entry.file))) console.log(`entered: ${file}`);
  console.log('\nNow write:');
  for (const [file, what] of Object.entries(byHand)) console.log(`  ${file}: ${what}`);
  console.log(`\nThen: ${commands.join(', ')}`);
  for (const other of others) console.log(`For somebody else: ${other}`);
}

function main(): number {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
    const [kind, name = '', ...more] = positionals;
    if (more.length > 0) throw new ScaffoldError(USAGE);
    const scaffold = scaffoldOf(kind, name, values);
    writeScaffold(PROJECT_ROOT, scaffold);
    print(scaffold);
    return 0;
  } catch (error) {
    if (!(error instanceof ScaffoldError) && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    return 2;
  }
}

process.exitCode = main();
