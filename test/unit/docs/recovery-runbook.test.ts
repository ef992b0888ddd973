import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATIONS } from '../../../bin/operations/operations';
import { loadStageConfig } from '../../../lib/config/load';
import { Names } from '../../../lib/names';

const runbook = readFileSync(
  path.join(__dirname, '..', '..', '..', 'policies', 'runbooks', 'recovery.md'),
  'utf8',
);
const prod = loadStageConfig('prod');
const names = new Names(prod, prod.region);

describe('the recovery runbook', () => {
  it.each([
    'Failover',
    'Restore from backup',
    'Failback',
    'Key compromised',
    'API key leaked',
    'Poisoned queue',
    'Region lost for good',
    'Rollback of a release',
    'Destroy production',
  ])('tells what to do: %s', (section) => {
    expect(runbook).toContain(`\n## ${section}\n`);
  });
  it('names only operations that exist', () => {
    const used = [...runbook.matchAll(/npm run ops -- ([a-z-]+)/g)].map(([, operation]) => operation ?? '');
    expect(used.length).toBeGreaterThan(4);
    expect(used.filter((operation) => !(operation in OPERATIONS))).toEqual([]);
  });
  it('names resources as they are named', () => {
    for (const name of [
      names.arrivalRule,
      names.role('restore'),
      names.backupVault,
      names.intakeDeadLetterQueue,
      names.apiKeyRotation,
      names.cursorKeyRotation,
      names.detectionLogsTable,
    ])
      expect(runbook).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
