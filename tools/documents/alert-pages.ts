import { loadStageConfig } from '../../lib/config/load';
import { Names } from '../../lib/names';
import { alertRunbook, alertTable, documentedAlerts } from '../../lib/monitoring/alert-documents';
import { RUNBOOK } from '../../lib/monitoring/runbook';
import { alertSources } from './alert-sources';

/** The table of alerts and their runbook, by path from the root; numbers are those of production. */
export function alertPages(): Record<string, string> {
  const config = loadStageConfig('prod');
  const alerts = documentedAlerts(config, new Names(config, config.region));
  return { [RUNBOOK]: alertRunbook(alerts, alertSources), 'docs/generated/alerts.md': alertTable(alerts) };
}
