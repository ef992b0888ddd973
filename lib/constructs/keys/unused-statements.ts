import { RELEASED_STAGE, type StageConfig } from '../../config/schema';
import type { KeyDomain, Names } from '../../names';

/** Statements of `policies/keys` that would let somebody in who never comes: what an account has once, or has not. */
export function unusedStatements(domain: KeyDomain, config: StageConfig, names: Names): readonly string[] {
  const { configRecorder, costAnomalyMonitor } = config.features;
  const elsewhere = !names.isPrimaryRegion;
  const withoutApplication = elsewhere && config.stage !== RELEASED_STAGE;
  const without = (unused: boolean, ...sids: string[]): string[] => (unused ? sids : []);
  switch (domain) {
    case 'data':
      return without(withoutApplication, 'LogDeliveryDecryptsWorkflowLogs');
    case 'secrets':
      return without(withoutApplication, 'LogDeliveryDecryptsRotationLogs');
    case 'logs':
      return without(
        withoutApplication,
        'CloudWatchLogsEncryptsOurGroups',
        'WritersAndReadersUseKeyThroughLogs',
      );
    case 'messaging':
      return [
        ...without(elsewhere, 'BudgetsSendMessages'),
        ...without(
          withoutApplication,
          'AlarmsSendMessages',
          'EventRulesPublish',
          'EventRulesSendMessages',
          'TopicsLeaveUndelivered',
        ),
        ...without(elsewhere || !costAnomalyMonitor, 'CostAnomaliesSendMessages'),
      ];
    case 'audit':
      return [
        ...without(
          elsewhere,
          'AuditorReadsEvidence',
          'CloudWatchLogsEncryptsAuditGroups',
          'TrailAndAuditorUseKeyThroughLogs',
          'TrailEncryptsItsObjects',
        ),
        ...without(
          elsewhere || !configRecorder,
          'ConfigEncryptsItsSnapshots',
          'ConfigRecorderUsesKeyThroughS3',
        ),
      ];
    default:
      return [];
  }
}
