// Runs beside the project, in a folder into which test/simulator/run.ts fetched the simulator: simulations in, one a line,
// decisions out, one a line. Nothing of the simulator is in this repository, and this file imports what it is told.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { runSimulation } = await import(pathToFileURL(process.argv[2]).href);
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await runSimulation(JSON.parse(line), {});
  const told = answer.resultType === 'error' ? { error: answer.errors } : { result: answer.overallResult };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
