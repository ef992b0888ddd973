import { at, listAt, ofType, STAGES, synthesized } from '../support/synthesized-stage';

describe.each(STAGES)('the backup of %s', (name) => {
  const stage = synthesized(name);
  const { retention, features, drRegion } = stage.config;

  it('comes daily and is copied to the second region, for as long as the retention table says', () => {
    const [plan] = ofType(stage, 'AWS::Backup::BackupPlan');
    const [rule] = listAt(plan?.Properties, 'BackupPlan', 'BackupPlanRule');
    const life = { DeleteAfterDays: retention.backup };
    expect(rule).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      Lifecycle: life,
      CopyActions: [{ DestinationBackupVaultArn: stage.names.backupVaultArn(drRegion), Lifecycle: life }],
    });
  });
  it('holds records, ledger and pictures', () => {
    const [selection] = ofType(stage, 'AWS::Backup::BackupSelection');
    expect(at(selection?.Properties, 'BackupSelection', 'Resources')).toEqual([
      stage.names.tableArn(stage.names.detectionLogsTable),
      stage.names.tableArn(stage.names.erasureLedgerTable),
      stage.names.bucketArn(stage.names.pictureBucket),
    ]);
  });
  it('has a vault in both regions, locked exactly where the configuration says so', () => {
    const vaults = ofType(stage, 'AWS::Backup::BackupVault');
    expect(vaults.map(({ stack }) => stack).sort()).toEqual(['backup', 'recovery-foundation']);
    for (const { Properties } of vaults) {
      expect(Properties['LockConfiguration']).toEqual(
        features.vaultLock
          ? {
              MinRetentionDays: retention.backup,
              MaxRetentionDays: retention.backup + 1,
              ChangeableForDays: 3,
            }
          : undefined,
      );
    }
  });
  it('lets nobody but deployments delete recovery points, or in a sandbox its own people', () => {
    for (const { Properties } of ofType(stage, 'AWS::Backup::BackupVault')) {
      const exempt = JSON.stringify(
        at(Properties, 'AccessPolicy', 'Statement', 0, 'Condition', 'ArnNotLike', 'aws:PrincipalArn'),
      );
      expect(exempt.includes(':role/*')).toBe(!features.retainStores);
      expect(exempt).toContain('-exec-role');
    }
  });
  it('has keys of all domains in the second region before anything is copied there', () => {
    expect(
      ofType(stage, 'AWS::KMS::Key').filter(({ stack }) => stack === 'recovery-foundation'),
    ).toHaveLength(6);
  });
  it('restores beside what runs, never over it', () => {
    const policy = ofType(stage, 'AWS::IAM::ManagedPolicy').find(
      ({ Properties }) => Properties['ManagedPolicyName'] === stage.names.of('restore-policy'),
    );
    const writes = (
      listAt(policy?.Properties, 'PolicyDocument', 'Statement') as {
        Action: string | string[];
        Resource: string | string[];
      }[]
    ).filter(({ Action }) =>
      [Action].flat().some((action) => /PutItem|DeleteItem|PutObject|DeleteObject|CreateBucket/.test(action)),
    );
    expect(writes.length).toBeGreaterThan(0);
    for (const { Resource } of writes)
      for (const resource of [Resource].flat()) expect(resource).toContain(`${stage.names.prefix}-restored-`);
  });
});
