import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as apigateway from '@aws-sdk/client-api-gateway';
import * as backup from '@aws-sdk/client-backup';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as stepfunctions from '@aws-sdk/client-sfn';
import { type Operation, OPERATIONS } from '../../../bin/operations/operations';
import { loadStageConfig } from '../../../lib/config/load';
import { Names } from '../../../lib/names';

const runbook = readFileSync(
  path.join(__dirname, '..', '..', '..', 'policies', 'runbooks', 'recovery.md'),
  'utf8',
);
/** Clients of the SDK by the names of the AWS CLI. */
const CLIENTS: Record<string, object> = { apigateway, backup, dynamodb, stepfunctions };
const PEOPLE = ['operator', 'data steward', 'break-glass'];
const prod = loadStageConfig('prod');
const names = new Names(prod, prod.region);

describe('the recovery runbook', () => {
  it.each([
    'Failover',
    'Restore from backup',
    'Deleted or overwritten picture',
    'Failback',
    'Key compromised',
    'API key leaked',
    'Poisoned queue',
    'Messages that a client did not take',
    'Region lost for good',
    'Rollback of a release',
    'Destroy production',
  ])('tells what to do: %s', (section) => {
    expect(runbook).toContain(`\n## ${section}\n`);
  });
  const operations = [...runbook.matchAll(/`npm run ops -- ([^`]+)`/g)].map(([, command = '']) => command);
  it('names only operations that exist', () => {
    const used = operations.map((command) => command.split(' -')[0]?.trim() ?? '');
    expect(used.length).toBeGreaterThan(14);
    expect(used.filter((operation) => !(operation in OPERATIONS))).toEqual([]);
    // Whoever restores finds every tool of a restore here.
    for (const operation of [
      'merge-restored',
      'merge-ledger',
      'recover-pictures',
      'replay-erasures',
      'reconcile',
      'stuck',
      'redrive',
      'redrive-webhooks',
      'discard-restored',
      'rehearse restore',
    ])
      expect(used).toContain(operation);
  });
  it('lets each operation be done by the role that it names', () => {
    const lines = runbook.split('\n').filter((line) => line.includes('npm run ops -- '));
    const wrong = lines.flatMap((line) => {
      const who = /^\d+\. ([A-Z][a-z-]+(?: steward| lead)?)/.exec(line)?.[1]?.toLowerCase();
      if (who === undefined || !PEOPLE.includes(who)) return [];
      const [first] = [...line.matchAll(/npm run ops -- ([a-z-]+)/g)];
      const { role } = (OPERATIONS as Record<string, Operation>)[first?.[1] ?? ''] ?? {};
      return role === who ? [] : [`${who}: ${line}`];
    });
    expect(wrong).toEqual([]);
  });
  it('names only commands of the AWS CLI that are operations of their service', () => {
    const commands = [...runbook.matchAll(/aws ([a-z]+) ([a-z]+(?:-[a-z]+)+)/g)];
    expect(commands.length).toBeGreaterThan(6);
    const pascal = (verb: string) =>
      verb.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const known = (service: string, verb: string) => `${pascal(verb)}Command` in (CLIENTS[service] ?? {});
    expect(known('dynamodb', 'restore-table-to-yesterday')).toBe(false);
    const checked = commands.filter(([, service = '']) => service in CLIENTS);
    expect(checked.length).toBeGreaterThan(4);
    expect(
      checked.filter(([, service = '', verb = '']) => !known(service, verb)).map(([all]) => all),
    ).toEqual([]);
    // Services of which no client is a dependency: by reading their reference.
    const unchecked = commands.filter(([, service = '']) => !(service in CLIENTS)).map(([all]) => all);
    expect([...new Set(unchecked)].sort()).toEqual([
      'aws kms rotate-key-on-demand',
      'aws lambda list-event-source-mappings',
      'aws lambda update-event-source-mapping',
    ]);
  });
  it('names resources as they are named', () => {
    for (const name of [
      names.function('intake'),
      names.intakeQueue,
      names.role('backup'),
      names.role('restore'),
      names.backupVault,
      names.intakeDeadLetterQueue,
      names.apiKeyRotation,
      names.cursorKeyRotation,
      names.detectionLogsTable,
      names.restoredDetectionLogsTable,
      names.restoredErasureLedgerTable,
    ])
      expect(runbook).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
