import { join } from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { runCommand } from '../../tools/setup/run-command';
import { at, ofType, put, type SynthesizedStage, synthesized } from '../support/synthesized-stage';

/** Resources that outlive their stack, or keep it from being deleted. */
const lasting = (stage: SynthesizedStage): string[] =>
  stage.resources
    .filter(
      ({ DeletionPolicy, Properties }) =>
        /Retain|Snapshot/.test(DeletionPolicy ?? '') ||
        Properties['DeletionProtectionEnabled'] === true ||
        at(Properties, 'Replicas', 0, 'DeletionProtectionEnabled') === true ||
        Properties['ObjectLockEnabled'] === true ||
        'LockConfiguration' in Properties ||
        at(Properties, 'MutationProtection') === 'ENABLED',
    )
    .map(({ stack, id }) => `${stack}/${id}`);

describe('dev can be destroyed to nothing', () => {
  it('nothing is retained and nothing blocks its deletion', () => {
    expect(lasting(synthesized('dev'))).toEqual([]);
  });
  it('prod is the opposite: its stores outlive their stacks', () => {
    expect(lasting(synthesized('prod')).length).toBeGreaterThan(10);
  });
  it.each([
    ['a retained bucket', 'AWS::S3::Bucket', 'Retain', ['DeletionPolicy']],
    [
      'a protected table',
      'AWS::DynamoDB::GlobalTable',
      true,
      ['Properties', 'Replicas', 0, 'DeletionProtectionEnabled'],
    ],
    ['a locked vault', 'AWS::Backup::BackupVault', {}, ['Properties', 'LockConfiguration']],
  ] as const)('%s is found', (_what, type, value, path) => {
    const stage = structuredClone({ ...synthesized('dev'), names: undefined }) as unknown as SynthesizedStage;
    put(ofType(stage, type)[0], value, ...path);
    expect(lasting(stage)).toHaveLength(1);
  });
  it.each(['staging', 'prod'])('%s is refused before anything is asked', async (stage) => {
    const command = ['--import', 'tsx', join('bin', 'commands', 'operations.ts'), 'destroy', '--yes'];
    const refused = runCommand(process.execPath, [...command, '--stage', stage], {
      cwd: PROJECT_ROOT,
      env: { PATH: '', NODE_NO_WARNINGS: '1', AWS_EC2_METADATA_DISABLED: 'true' },
    });
    await expect(refused).rejects.toThrow(
      new RegExp(`ended with 2:\n${stage} is not destroyed by a command: .*"Destroy production"\\.\n$`),
    );
  });
});
