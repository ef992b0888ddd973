import { parseArgs } from 'node:util';
import { GENERATORS, OTHER_GENERATORS } from '../../tools/documents/generators';

const usage = (): string => `npm run generate [-- NAME…]     write what is generated, or what is named
npm run generate -- --check     say what is stale and write nothing

${Object.entries(GENERATORS)
  .map(([name, { makes }]) => `  ${name.padEnd(12)} ${makes}`)
  .join('\n')}

Written by other commands, for review or because they take long:

${Object.entries(OTHER_GENERATORS)
  .map(([command, files]) => `  ${files.join(', ')}\n      ${command}`)
  .join('\n')}

Exit code: 0 all is as generated, 1 something is stale (--check only), 2 wrong usage.`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = positionals.filter((name) => !(name in GENERATORS));
  if (values.help || unknown.length > 0) {
    console.log(usage());
    return values.help ? 0 : 2;
  }
  const chosen = Object.entries(GENERATORS).filter(
    ([name]) => positionals.length === 0 || positionals.includes(name),
  );
  const files = chosen.flatMap(([, generator]) => (values.check ? generator.stale() : generator.write()));
  for (const file of files) console.log(`${values.check ? 'stale' : 'written'}: ${file}`);
  if (files.length === 0) console.log('All is as it would be generated now.');
  return values.check && files.length > 0 ? 1 : 0;
}

process.exitCode = main();
