import { loadStageConfig } from '../../lib/config/load';
import type { StageConfig } from '../../lib/config/schema';
import { Names } from '../../lib/names';
import { alertRunbook, alertTable, documentedAlerts } from '../../lib/monitoring/alert-documents';
import { RUNBOOK } from '../../lib/monitoring/runbook';
import { alertSources } from './alert-sources';

/** As if every client were told: whoever switches that on finds the alerts explained. */
const withAllAlerts = (config: StageConfig): StageConfig => ({
  ...config,
  clients: config.clients.map((client) => ({
    ...client,
    webhook: { address: `https://${client.id}.example.com/`, confirmedOn: '2026-01-01' },
  })),
});

/** The table of alerts and their runbook, by path from the root; numbers are those of production. */
export function alertPages(): Record<string, string> {
  const config = withAllAlerts(loadStageConfig('prod'));
  const alerts = documentedAlerts(config, new Names(config, config.region));
  return { [RUNBOOK]: alertRunbook(alerts, alertSources), 'docs/generated/alerts.md': alertTable(alerts) };
}
