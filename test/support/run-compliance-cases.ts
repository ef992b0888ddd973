/** Runs what it is told on standard input, one command after the other, and answers with what each said and ended with. */
import { text } from 'node:stream/consumers';
import { format } from 'node:util';
import { runCompliance } from '../../compliance/cli/run-compliance';
import type { CommandResult, ComplianceCase } from './compliance-command';

const environment = { ...process.env };

async function answer({ args, environment: more = {} }: ComplianceCase): Promise<CommandResult> {
  const said = { stdout: '', stderr: '' };
  console.log = (...words) => {
    said.stdout += `${format(...words)}\n`;
  };
  console.error = (...words) => {
    said.stderr += `${format(...words)}\n`;
  };
  process.env = { ...environment, ...more };
  return { code: await runCompliance(args), ...said };
}

async function main(): Promise<void> {
  const results: CommandResult[] = [];
  for (const each of JSON.parse(await text(process.stdin)) as ComplianceCase[])
    results.push(await answer(each));
  process.stdout.write(JSON.stringify(results));
}

void main();
