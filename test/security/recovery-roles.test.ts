import { readInventory } from '../../compliance/rules/proofs/iam/inventory';
import { World } from '../../compliance/rules/proofs/iam/world';
import { TemplateSet } from '../../compliance/rules/proofs/model/template-set';
import { FOLDERS } from '../../lambda/domain/picture-keys';
import { loadStageConfig } from '../../lib/config/load';
import { type Person, PERSON_ROLES } from '../../lib/constructs/people/person-role';
import { STAGE_NAMES } from '../../lib/config/schema';
import { Names } from '../../lib/names';
import { stageTemplates } from '../support/stage-templates';

/*
 * Who may do what the runbook of a restore asks for. The embedded AWS enforces the merge; restores of tables it evaluates
 * against every table at once, and permissions of keys not at all, so that those are shown here.
 */
describe.each(STAGE_NAMES)('in a restore of %s', (stage) => {
  const set = new TemplateSet(stageTemplates(stage));
  const world = new World(set, readInventory(set));
  const config = loadStageConfig(stage);
  const names = new Names(config, config.region);
  const { region } = names;

  /** Purposes of all roles of the stage that may do it from outside of the network. */
  const allowed = (action: string, resource: string, extra: Record<string, string> = {}): string[] =>
    world.principals
      .filter(({ caller }) => caller.arn.includes(`:role/${names.prefix}-`))
      .filter(
        (who) => world.decide(who, { action, resource, region }, 'from outside', extra).decision === 'allow',
      )
      .map(({ name }) => name);
  const people = (found: readonly string[]): string[] =>
    found.filter((name) => PERSON_ROLES.includes(name as Person));

  const records = names.tableArn(names.detectionLogsTable);
  const ledger = names.tableArn(names.erasureLedgerTable);
  const restoredTables = [names.restoredDetectionLogsTable, names.restoredErasureLedgerTable].map((table) =>
    names.tableArn(table),
  );
  const bucket = names.bucketArn(names.pictureBucket);
  const restoredBucket = names.bucketArn(names.restoredPictureBucket);
  const dataKey = set
    .resources('AWS::KMS::Key')
    .filter((key) => key.region === region)
    .map((key) => set.arnOf(key))
    .find((arn) => arn.includes('DataKey'));

  it.each([records, ledger])('only break-glass restores %s to a point in time', (table) => {
    expect(allowed('dynamodb:RestoreTableToPointInTime', table)).toEqual(['break-glass']);
  });
  it('DynamoDB fills the restored tables in the name of break-glass, under the data key', () => {
    for (const table of restoredTables)
      for (const action of [
        'BatchWriteItem',
        'DeleteItem',
        'GetItem',
        'PutItem',
        'Query',
        'Scan',
        'UpdateItem',
      ])
        expect(allowed(`dynamodb:${action}`, table)).toContain('break-glass');
    const through = {
      'kms:ViaService': `dynamodb.${region}.amazonaws.com`,
      'kms:GrantIsForAWSResource': 'true',
    };
    for (const action of ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey'])
      expect(allowed(action, dataKey ?? '', through)).toContain('break-glass');
  });
  it('only break-glass reads restored pictures, and writes pictures, with the data key', () => {
    expect(people(allowed('s3:GetObject', `${restoredBucket}/cats/a.jpg`))).toEqual(['break-glass']);
    for (const folder of FOLDERS)
      expect(people(allowed('s3:PutObject', `${bucket}/${folder}/a.jpg`))).toEqual(['break-glass']);
    const through = { 'kms:ViaService': `s3.${region}.amazonaws.com` };
    expect(people(allowed('kms:GenerateDataKey', dataKey ?? '', through))).toEqual(['break-glass']);
    expect(allowed('kms:GenerateDataKey', dataKey ?? '')).toEqual([]);
  });
  it('only break-glass writes records and ledger entries; only the data steward deletes records and reads the whole ledger', () => {
    expect(people(allowed('dynamodb:PutItem', records))).toEqual(['break-glass']);
    expect(people(allowed('dynamodb:PutItem', ledger))).toEqual(['break-glass']);
    expect(people(allowed('dynamodb:DeleteItem', records))).toEqual(['data-steward']);
    expect(people(allowed('dynamodb:Scan', ledger))).toEqual(['data-steward']);
    expect(allowed('dynamodb:DeleteItem', ledger)).toEqual([]);
    expect(allowed('dynamodb:UpdateItem', ledger)).toEqual([]);
  });
  it('what was restored is deleted by break-glass; what runs by no role', () => {
    for (const table of restoredTables)
      expect(allowed('dynamodb:DeleteTable', table)).toEqual(['break-glass']);
    expect(allowed('s3:DeleteBucket', restoredBucket)).toEqual(['break-glass']);
    for (const table of [records, ledger]) expect(allowed('dynamodb:DeleteTable', table)).toEqual([]);
    expect(allowed('s3:DeleteBucket', bucket)).toEqual([]);
  });
});
