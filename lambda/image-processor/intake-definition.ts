import { DECIDED_FOLDERS, inEvery, on, TELLS_MISSING } from '../aws-calls';
import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const intakeFunction = defineFunction({
  id: 'intake',
  description: 'Claims an arrived picture and runs its workflow',
  entry: 'image-processor/intake.ts',
  stack: 'processing',
  polls: 'intake-queue',
  calls: [
    ...on('bucket:pictures')('s3:ListBucketVersions', TELLS_MISSING),
    ...on('object:input/*')('s3:GetObjectVersion'),
    ...on('object:quarantine/*')('s3:PutObject'),
    ...inEvery(['input', ...DECIDED_FOLDERS], 's3:DeleteObjectVersion'),
    ...on('table:DetectionLogs')('dynamodb:GetItem', 'dynamodb:UpdateItem'),
    ...on('table:ErasureLedger')('dynamodb:GetItem'),
    ...on('stateMachine:classification')('states:StartSyncExecution'),
  ],
  environment: variables(
    'PICTURE_BUCKET',
    'DETECTION_LOGS_TABLE',
    'ERASURE_LEDGER_TABLE',
    'STATE_MACHINE_ARN',
    'LEASE_SECONDS',
    'WORKFLOW_TIMEOUT_SECONDS',
    'STARTS_PER_SECOND',
    'LONGEST_START_WAIT_SECONDS',
    'MAX_RECEIVE_COUNT',
    'RECORD_DAYS',
  ),
  timeoutSeconds: ({ pictureSeconds }) => pictureSeconds,
  // It waits most of its time.
  memoryMegabytes: 320,
  // A slot is one invocation of this and one of a task.
  concurrency: ({ pictureSlots }) => pictureSlots,
});
