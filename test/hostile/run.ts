import { parseArgs } from 'node:util';
import { commandMachines } from './cases/command';
import { npmMachines } from './cases/npm';
import { pythonMachines } from './cases/python';
import { shellMachines } from './cases/shell';
import { revision } from './clone';
import { startIndexes } from './indexes';
import { faultsOf } from './evaluate';
import type { HostileMachine } from './machine';
import { runMachine, whySkipped } from './run-machine';

const HELP = `npm run test:hostile [-- --quick] [--only WORDS] [--at-once N]

Gives the first command on machines that are not like ours, each in a fresh clone: it has to work, or to end with the cause
and the remedy in words. --quick leaves out what takes long; --only takes the machines whose names hold the words.`;

const BESIDE_EACH_OTHER = 2;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      'at-once': { type: 'string', default: String(BESIDE_EACH_OTHER) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const indexes = await startIndexes();
  const all = [
    ...npmMachines(indexes),
    ...pythonMachines(indexes),
    ...commandMachines(indexes),
    ...shellMachines,
  ];
  const chosen = all.filter(({ name, isQuick }) => name.includes(values.only) && (!values.quick || isQuick));
  const commit = await revision();
  const tally = { passed: 0, failed: 0, skipped: 0 };

  async function evaluate(machine: HostileMachine): Promise<void> {
    const why = whySkipped(machine);
    if (why !== undefined) {
      tally.skipped += 1;
      console.log(`- ${machine.name}: ${why}`);
      return;
    }
    const ended = await runMachine(machine, commit);
    const faults = faultsOf(machine, ended);
    tally[faults.length === 0 ? 'passed' : 'failed'] += 1;
    const how = machine.ends === 'works' ? 'works' : 'says why not';
    console.log(`${faults.length === 0 ? '✓' : '✗'} ${machine.name}: ${how} (${ended.seconds.toFixed(0)} s)`);
    if (faults.length > 0)
      console.log(`${faults.map((fault) => `    ${fault}`).join('\n')}\n${ended.output.slice(-3000)}`);
  }

  // The heavy ones first, so that none of them is the last one alone.
  const order = { clone: 0, installed: 1, packages: 2 };
  const queue = chosen.sort((a, b) => order[a.base] - order[b.base]).values();
  const worker = async (): Promise<void> => {
    for (const machine of queue) await evaluate(machine);
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
  console.log(`\nhostile: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

void main().then((code) => process.exit(code));
