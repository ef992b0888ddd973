import { chmodSync, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { GateError } from '../gate-error';

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'ubuntu', darwin: 'macos' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Where @cdklabs/cdk-validator-cfnguard is installed. */
export const guardPackage = (): string =>
  path.dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json'));

/**
 * The cfn-guard executable inside @cdklabs/cdk-validator-cfnguard (a plug-in run of it would take twenty times as long).
 * @throws GateError TOOL_MISSING when there is none for this system and processor.
 */
export function guardBinary(): string {
  const file = path.join(
    guardPackage(),
    'bin',
    PLATFORMS[process.platform] ?? process.platform,
    PROCESSORS[process.arch] ?? process.arch,
    'cfn-guard',
  );
  if (!existsSync(file)) {
    throw new GateError(
      'TOOL_MISSING',
      `cfn-guard is not available for ${process.platform} on ${process.arch} (looked for ${file}). Run "npm ci"; supported are Linux and macOS on x64 and arm64.`,
    );
  }
  if ((statSync(file).mode & 0o111) === 0) chmodSync(file, 0o755);
  return file;
}
