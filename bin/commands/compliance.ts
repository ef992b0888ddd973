import { runCompliance } from '../../compliance/cli/run-compliance';

async function main(): Promise<void> {
  // Until the gate has its result: a process that ends early for any reason has not evaluated.
  process.exitCode = 2;
  process.exitCode = await runCompliance(process.argv.slice(2));
}

void main();
