import { FUNCTION_IDS } from '../../../lambda/functions';
import { REVIEW, REVIEW_DECISION, REVIEWS, STEWARD_IMAGE } from '../../../lambda/domain/api-routes';
import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';
import { FOLDERS } from '../../../lambda/domain/picture-keys';
import { type StageConfig, toldClients } from '../../config/schema';
import type { Names } from '../../names';
import type { PlaceholderValues } from '../../policies';
import type { StageKeys } from '../../stage-context';
import type { PersonPolicy } from './person-role';

/** What `policies/identity/NAME.json` asks for. */
export function personPlaceholders(
  config: StageConfig,
  names: Names,
  keys: StageKeys,
): Record<PersonPolicy, PlaceholderValues> {
  const Region = names.region;
  const records = names.tableArn(names.detectionLogsTable);
  const pictureBucket = names.bucketArn(names.pictureBucket);
  const pictures = FOLDERS.map((folder) => `${pictureBucket}/${folder}/*`);
  const evidence = [names.trailBucket, names.configBucket, names.evidenceBucket].map((bucket) =>
    names.bucketArn(bucket),
  );
  const deadLetters = [names.intakeDeadLetterQueue, names.failureQueue].map((queue) => names.queueArn(queue));
  const gateway = (resource: string) => `arn:aws:apigateway:${Region}::${resource}`;
  // Neither /apikeys nor the keys of a plan: they are read with their values where the caller asks for them.
  const apiConfiguration = ['/account', '/restapis', '/restapis/*', '/usageplans'].map(gateway);
  return {
    auditor: {
      Region,
      ApiConfiguration: apiConfiguration,
      EvidenceBuckets: evidence,
      EvidenceObjects: evidence.map((bucket) => `${bucket}/*`),
      AuditKey: keys.audit.keyArn,
      AuditLogGroups: [names.arn('logs', `log-group:/${names.prefix}/audit/*`)],
    },
    operator: {
      Region,
      Functions: FUNCTION_IDS.flatMap((id) => [names.functionArn(id), `${names.functionArn(id)}:*`]),
      ApplicationLogGroups: [
        names.arn('logs', `log-group:/aws/lambda/${names.prefix}-*`),
        names.arn('logs', `log-group:/aws/vendedlogs/${names.prefix}/classification*`),
        names.arn('logs', `log-group:/aws/vendedlogs/${names.prefix}/${names.webhooks}*`),
      ],
      LogKey: keys.logs.keyArn,
      Queues: [names.queueArn(names.intakeQueue), ...deadLetters],
      DeadLetterQueues: deadLetters,
      IntakeQueue: names.queueArn(names.intakeQueue),
      MessagingKey: keys.messaging.keyArn,
      EventSourceMappings: names.arn('lambda', 'event-source-mapping:*'),
      IntakeFunction: [names.functionArn('intake'), `${names.functionArn('intake')}:*`],
      DataKey: keys.data.keyArn,
      StatusIndex: `${records}/index/${DETECTION_LOGS.indexes.byStatus.name}`,
      WebhookIndex: `${records}/index/${DETECTION_LOGS.indexes.byWebhook.name}`,
      RecordTable: records,
    },
    'data-steward': {
      Region,
      EraseMethod: names.arn('execute-api', `*/${config.stage}/DELETE${STEWARD_IMAGE.replace('{id}', '*')}`),
      Records: [records, `${records}/index/*`],
      RecordTable: records,
      Ledger: names.tableArn(names.erasureLedgerTable),
      PictureBucket: pictureBucket,
      Pictures: pictures,
      DataKey: keys.data.keyArn,
      ClientSecrets: [
        ...config.clients.map(({ id }) => names.clientSecret(id)),
        ...toldClients(config).map(({ id }) => names.webhookSecret(id)),
      ].map((secret) => names.secretArnPattern(secret)),
      SecretsKey: keys.secrets.keyArn,
    },
    reviewer: {
      ReviewMethods: [`GET${REVIEWS}`, `GET${REVIEW}`, `POST${REVIEW_DECISION}`].map((method) =>
        names.arn('execute-api', `*/${config.stage}/${method.replace('{id}', '*')}`),
      ),
    },
    'break-glass': {
      Region,
      ApiConfiguration: apiConfiguration,
      Functions: FUNCTION_IDS.flatMap((id) => [names.functionArn(id), `${names.functionArn(id)}:*`]),
      ApiKeys: gateway('/apikeys/*'),
      WebAcls: [
        names.arn('wafv2', `regional/webacl/${names.webAcl}/*`),
        names.arn('wafv2', 'regional/managedruleset/*/*'),
      ],
      Keys: Object.values(keys).map((key) => key.keyArn),
      LogKeys: [keys.logs.keyArn, keys.audit.keyArn],
      Trail: names.arn('cloudtrail', `trail/${names.trail}`),
      Executions: names.arn('states', `execution:${names.prefix}-*`),
      Records: [records, `${records}/index/*`],
      PictureBucket: pictureBucket,
      Pictures: pictures,
      DataKey: keys.data.keyArn,
    },
    'break-glass-restore': {
      Region,
      RecoveryPoints: names.arn('backup', 'recovery-point:*'),
      Vault: names.backupVaultArn(Region),
      BackupRoles: [names.roleArn('backup'), names.roleArn('restore')],
      RecordTable: records,
      Ledger: names.tableArn(names.erasureLedgerTable),
      RestoredTables: names.restoredTableArnPattern,
      // Ends in a pattern, so that it names the objects as well.
      RestoredBuckets: names.restoredBucketArnPattern,
      Pictures: pictures,
      DataKey: keys.data.keyArn,
    },
  };
}
