import { FUNCTION_CALLS, FUNCTION_IDS } from '../../../lambda/functions';
import { type KeyDomain, type Names, RELEASE_TESTER } from '../../names';
import type { PlaceholderValues } from '../../policies';

/** What `policies/keys/DOMAIN.json` asks for: roles and resources by their composed ARNs. */
export function keyPlaceholders(names: Names): Record<KeyDomain, PlaceholderValues> {
  const common = { Account: names.account };
  const regional = { ...common, Region: names.region };
  const deployed = { ...regional, DeploymentRole: names.deploymentRoleArn };
  const secretReaders = FUNCTION_IDS.filter((id) =>
    FUNCTION_CALLS[id].some(({ action }) => action.startsWith('secretsmanager:')),
  ).map((id) => names.functionRoleArn(id));
  const restoreRole = names.roleArn('restore');
  const breakGlassRole = names.roleArn('break-glass');
  const backupRoles = [names.roleArn('backup'), restoreRole];
  const logGroups = (...groups: string[]) => groups.map((group) => names.arn('logs', `log-group:${group}`));
  return {
    data: {
      ...deployed,
      FunctionRoles: names.functionRoleArns,
      WorkflowRoles: ['classification', 'webhooks-workflow'].map((purpose) => names.roleArn(purpose)),
      StateMachines: [names.stateMachineArn, `${names.stateMachineArn}:*`, names.webhooksArn],
      AnalyzeRole: names.functionRoleArn('analyze'),
      RestoringRoles: [...backupRoles, breakGlassRole],
      TableRestoringRoles: [restoreRole, breakGlassRole],
      OperatorRole: names.roleArn('operator'),
      DataStewardRole: names.roleArn('data-steward'),
    },
    messaging: {
      ...deployed,
      Prefix: names.prefix,
      FunctionRoles: names.functionRoleArns,
      OperatorRole: names.roleArn('operator'),
      ScheduleRole: names.roleArn('api-key-schedule'),
      AlertTopic: names.topicArn(names.alertTopic),
    },
    secrets: {
      ...deployed,
      SecretReaderRoles: [
        ...secretReaders,
        names.roleArn('data-steward'),
        ...(names.isPrimaryRegion ? [names.roleArn(RELEASE_TESTER)] : []),
      ],
      RotationRole: names.roleArn('api-key-rotation'),
      RotationStateMachines: [names.apiKeyRotation, names.cursorKeyRotation, names.webhookSecretRotation].map(
        (name) => names.arn('states', `stateMachine:${name}`),
      ),
      ScheduleRole: names.roleArn('api-key-schedule'),
      Schedules: names.scheduleArn('*'),
    },
    logs: {
      ...regional,
      LogRoles: [
        ...names.functionRoleArns,
        names.roleArn('flow-logs'),
        names.roleArn('api-gateway-logs'),
        names.roleArn('operator'),
        breakGlassRole,
      ],
      LogGroups: logGroups(
        `/aws/lambda/${names.prefix}-*`,
        `/aws/vendedlogs/${names.prefix}/*`,
        `/${names.prefix}/*`,
        `aws-waf-logs-${names.prefix}-*`,
        'API-Gateway-Execution-Logs_*',
      ),
    },
    audit: {
      ...deployed,
      Trail: names.arn('cloudtrail', `trail/${names.trail}`),
      AuditLogRoles: [names.roleArn('trail'), names.roleArn('auditor'), breakGlassRole],
      AuditLogGroups: logGroups(`/${names.prefix}/audit/*`),
      ConfigRole: names.roleArn('config-recorder'),
      AuditorRole: names.roleArn('auditor'),
    },
    backup: { ...deployed, BackupRole: backupRoles },
  };
}
