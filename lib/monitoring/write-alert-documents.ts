import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { loadStageConfig } from '../config/load';
import { Names } from '../names';
import { alertRunbook, alertTable, documentedAlerts, replaceBetweenMarks } from './alert-documents';
import { RUNBOOK } from './runbook';

const root = path.resolve(__dirname, '..', '..');

/** What the files must hold, by path from the project's root. */
export async function expectedDocuments(): Promise<Record<string, string>> {
  const config = loadStageConfig('prod');
  const alerts = documentedAlerts(config, new Names(config, config.region));
  const documents = {
    [RUNBOOK]: alertRunbook(alerts),
    'SECURITY.md': replaceBetweenMarks(
      readFileSync(path.join(root, 'SECURITY.md'), 'utf8'),
      alertTable(alerts),
    ),
  };
  const formatted = Object.entries(documents).map(async ([file, text]): Promise<[string, string]> => {
    const absolute = path.join(root, file);
    return [file, await format(text, { ...(await resolveConfig(absolute)), filepath: absolute })];
  });
  return Object.fromEntries(await Promise.all(formatted));
}

if (require.main === module) {
  void expectedDocuments().then((documents) => {
    for (const [file, text] of Object.entries(documents)) writeFileSync(path.join(root, file), text);
  });
}
