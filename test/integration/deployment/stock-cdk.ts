import { join } from 'node:path';
import type { Emulator } from '../../../local/emulator/emulator';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { runCommand } from '../../../tools/setup/run-command';
import { commandEnvironment } from './command-environment';

const COMMAND_LINE = join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
/** As in README.md. */
const STACKS = 'serverlessapp-dev/*';

/** The CDK CLI as it comes, in a folder without cdk.json, so that it deploys the assembly that it is given. */
export class StockCdk {
  constructor(private readonly emulator: Emulator) {}

  /**
   * Four stacks at once where their order allows it: the CLI waits in steps of five seconds whenever a stack is not
   * ready at once. Change sets and rollback as by default.
   */
  deploy(assembly: string): Promise<string> {
    const options = ['--require-approval', 'never', '--concurrency', '4'];
    return this.run(['deploy', STACKS, '--app', assembly, ...options]);
  }

  /** @throws CommandError when anything differs */
  diff(assembly: string): Promise<string> {
    return this.run(['diff', STACKS, '--app', assembly, '--fail', '--method', 'template']);
  }

  /** Any of its commands. @throws CommandError with the end of what it said */
  run(options: readonly string[]): Promise<string> {
    // In CI the CLI writes its progress to standard output.
    const env = { ...commandEnvironment(this.emulator), CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' };
    return runCommand(process.execPath, [COMMAND_LINE, ...options, '--no-notices', '--no-color'], {
      cwd: this.emulator.directory,
      env,
    });
  }
}
