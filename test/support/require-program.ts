import { runCommand } from '../../tools/setup/run-command';
import { SetupError } from '../../tools/setup/setup-error';

/**
 * @param why what of the run is Java
 * @throws SetupError when a program that no package registry of this project's brings is missing
 */
export async function requireProgram(command: string, version: string, why: string): Promise<void> {
  try {
    await runCommand(command, [version]);
  } catch {
    throw new SetupError(
      `${command} is missing: ${why}, so a JDK ≥ 17 and Maven are needed.`,
      'Install them (on Debian and Ubuntu: the packages openjdk-17-jdk-headless and maven) and run the command again.',
    );
  }
}
