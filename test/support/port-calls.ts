import type { AwsCall, CallResource } from '../../lambda/aws-calls';
import type { NewObject } from '../../lambda/domain/ports';

const on =
  (resource: CallResource, ...actions: AwsCall['action'][]) =>
  (): AwsCall[] =>
    actions.map((action) => ({ action, resource }));
const inFolder = (key: string, action: AwsCall['action']): AwsCall => ({
  action,
  resource: `object:${key.slice(0, key.indexOf('/'))}/*` as CallResource,
});
const tellsMissing: AwsCall = { action: 's3:ListBucket', resource: 'bucket:pictures' };
const update = on('table:DetectionLogs', 'dynamodb:UpdateItem');

/**
 * What each method of a port must be allowed to do: test/unit/adapters holds the adapters to it at the wire, and
 * declared-calls.test.ts adds up what each function's ports do.
 */
export const PORT_CALLS: Readonly<Record<string, (...parameters: never[]) => AwsCall[]>> = {
  'pictures.putNew': ({ key }: NewObject) => [inFolder(key, 's3:PutObject')],
  'pictures.digest': (key: string) => [inFolder(key, 's3:GetObject'), tellsMissing],
  'pictures.getVersion': (key: string) => [inFolder(key, 's3:GetObjectVersion'), tellsMissing],
  'pictures.listVersions': on('bucket:pictures', 's3:ListBucketVersions'),
  'pictures.deleteVersion': (key: string) => [inFolder(key, 's3:DeleteObjectVersion')],
  // No call, but S3 checks the signer's own right when the form is posted.
  'pictures.uploadForm': ({ key }: { key: string }) => [inFolder(key, 's3:PutObject')],
  'log.create': on('table:DetectionLogs', 'dynamodb:PutItem'),
  'log.createUnlessErased': () => [
    ...on('table:DetectionLogs', 'dynamodb:PutItem')(),
    ...on('table:ErasureLedger', 'dynamodb:ConditionCheckItem')(),
  ],
  'log.get': on('table:DetectionLogs', 'dynamodb:GetItem'),
  'log.query': on('index:DetectionLogs/*', 'dynamodb:Query'),
  'log.claim': update,
  'log.logDecision': update,
  'log.complete': update,
  'log.quarantine': update,
  'log.markFailed': update,
  'log.addLaterVersion': update,
  'log.markAnnounced': update,
  'log.remove': on('table:DetectionLogs', 'dynamodb:DeleteItem'),
  'ledger.has': on('table:ErasureLedger', 'dynamodb:GetItem'),
  'ledger.owner': on('table:ErasureLedger', 'dynamodb:GetItem'),
  'ledger.add': on('table:ErasureLedger', 'dynamodb:PutItem'),
  'detector.detect': on('*', 'rekognition:DetectLabels'),
  'thresholds.read': on('parameter:thresholds', 'ssm:GetParameter'),
  'clients.clientOfKey': on('parameter:clients/*', 'ssm:GetParameter'),
  'cursorKeys.read': on('secret:cursor', 'secretsmanager:GetSecretValue'),
  'reviews.publish': on('topic:review', 'sns:Publish'),
  'reviews.publishDecision': on('topic:review', 'sns:Publish'),
  'reviewLog.waiting': on('index:DetectionLogs/ByReview', 'dynamodb:Query'),
  'reviewLog.unsettled': on('index:DetectionLogs/ByReview', 'dynamodb:Query'),
  'reviewLog.write': update,
  'reviewLog.beginSettling': update,
  'reviewLog.move': update,
  'reviewLog.close': update,
  'reviewLog.endSettling': update,
  // No call, but S3 checks the signer's own right when the link is followed.
  'links.sign': (key: string) => [inFolder(key, 's3:GetObject')],
  'counter.count': update,
  'slots.read': on('table:DetectionLogs', 'dynamodb:GetItem'),
  'slots.take': on('waits:DetectionLogs', 'dynamodb:UpdateItem'),
  'slots.release': on('waits:DetectionLogs', 'dynamodb:UpdateItem'),
  'schedule.follow': update,
  'schedule.begin': update,
  'webhooks.mark': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  'webhooks.due': on('index:DetectionLogs/ByWebhook', 'dynamodb:Query'),
  'webhooks.begin': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  'webhooks.end': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  'webhooks.giveUp': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  'webhooks.hold': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  'webhooks.release': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  'webhooks.writeHealth': on('webhooks:DetectionLogs', 'dynamodb:UpdateItem'),
  // No call of ours: Step Functions sends.
  'receiver.post': () => [],
  'webhookSecrets.read': on('secret:webhooks/*', 'secretsmanager:GetSecretValue'),
  'workflow.run': on('stateMachine:classification', 'states:StartSyncExecution'),
};
