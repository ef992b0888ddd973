import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { TableProps } from './detection-logs-table';
import { applyStoreRemoval } from './removal';
import { tablePerimeter } from './table-perimeter';

/** Ids of erased pictures, replayed after a restore; a table of its own, so that no restore takes it back in time. */
export class ErasureLedgerTable extends TableV2 {
  constructor(scope: Construct, id: string, { config, names, keys, network }: TableProps) {
    super(scope, id, {
      tableName: names.erasureLedgerTable,
      partitionKey: { name: 'ImageID', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(keys.data),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: config.features.retainStores,
      resourcePolicy: tablePerimeter(names, names.erasureLedgerTable, network),
    });
    applyStoreRemoval(this.node.defaultChild as CfnGlobalTable, config);
  }
}
