import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { DETECTION_LOGS } from '../../../lambda/domain/detection-record';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { applyStoreRemoval } from './removal';
import { streamPerimeter, tablePerimeter } from './table-perimeter';

export interface TableProps extends StageStackProps {
  readonly network: FunctionNetwork;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The records. A global table of one region: a replica can come later without replacement. */
export class DetectionLogsTable extends TableV2 {
  constructor(scope: Construct, id: string, { config, names, keys, network }: TableProps) {
    super(scope, id, {
      tableName: names.detectionLogsTable,
      partitionKey: text(DETECTION_LOGS.partitionKey),
      globalSecondaryIndexes: Object.values(DETECTION_LOGS.indexes).map((index) => ({
        indexName: index.name,
        partitionKey: text(index.partitionKey),
        sortKey: text(index.sortKey),
        projectionType: ProjectionType.ALL,
      })),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(keys.data),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: DETECTION_LOGS.ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.features.retainStores,
      resourcePolicy: tablePerimeter(names, names.detectionLogsTable, network),
      streamResourcePolicy: streamPerimeter(names, names.detectionLogsTable),
    });
    applyStoreRemoval(this.node.defaultChild as CfnGlobalTable, config);
  }
}
