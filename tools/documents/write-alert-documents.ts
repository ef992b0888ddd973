import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { alertRunbook, alertTable, documentedAlerts } from '../../lib/monitoring/alert-documents';
import { RUNBOOK } from '../../lib/monitoring/runbook';

const root = path.resolve(__dirname, '..', '..');

/** What the files must hold, by path from the project's root. */
export function expectedDocuments(): Record<string, string> {
  const config = loadStageConfig('prod');
  const alerts = documentedAlerts(config, new Names(config, config.region));
  return {
    [RUNBOOK]: alertRunbook(alerts),
    'docs/generated/alerts.md': alertTable(alerts),
  };
}

if (require.main === module) {
  for (const [file, text] of Object.entries(expectedDocuments())) writeFileSync(path.join(root, file), text);
}
