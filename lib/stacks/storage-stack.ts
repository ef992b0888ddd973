import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { AccessLogBucket } from '../constructs/storage/access-log-bucket';
import { CursorSecret } from '../constructs/storage/cursor-secret';
import { DetectionLogsTable } from '../constructs/storage/detection-logs-table';
import { ErasureLedgerTable } from '../constructs/storage/erasure-ledger-table';
import { PictureBucket } from '../constructs/storage/picture-bucket';
import type { FunctionNetwork, StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

export interface StorageStackProps extends StageStackProps {
  readonly network: FunctionNetwork;
}

/** Everything that keeps data: pictures, records, the erasure ledger, the cursor key, the decision's thresholds. */
export class StorageStack extends StageStack {
  readonly pictures: PictureBucket;
  readonly accessLogs: AccessLogBucket;
  readonly detectionLogs: DetectionLogsTable;
  readonly erasureLedger: ErasureLedgerTable;

  constructor(scope: Construct, id: string, props: StorageStackProps) {
    super(scope, id, props, 'Pictures, records, erasure ledger, cursor key and decision thresholds');
    this.accessLogs = new AccessLogBucket(this, 'AccessLogs', props);
    this.pictures = new PictureBucket(this, 'Pictures', { ...props, accessLogs: this.accessLogs });
    this.detectionLogs = new DetectionLogsTable(this, 'DetectionLogs', props);
    this.erasureLedger = new ErasureLedgerTable(this, 'ErasureLedger', props);
    new CursorSecret(this, 'CursorKey', props);
    // One parameter for the three numbers, so that they change together.
    new StringParameter(this, 'Thresholds', {
      parameterName: props.names.thresholdsParameter,
      description: 'Decision thresholds in percent of confidence: accept, floor, margin',
      stringValue: JSON.stringify(props.config.thresholds),
    });
  }
}
