import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { Names } from '../../names';
import { loadPolicy } from '../../policies';
import type { FunctionNetwork } from '../../stage-context';

/** The data perimeter of a table: its data plane answers our endpoint, and the roles that stand outside by name. */
export const tablePerimeter = (names: Names, table: string, network: FunctionNetwork): PolicyDocument =>
  loadPolicy('perimeter/table', {
    Table: names.tableArn(table),
    DynamoDBEndpoint: network.endpointId('dynamodb'),
    OutsideRoles: names.outsideDataRoleArns,
  });

/** Whole records pass in a table's stream: Lambda reads it with the role of one function, and nobody else does. */
export const streamPerimeter = (names: Names, table: string): PolicyDocument =>
  loadPolicy('perimeter/table-stream', {
    Streams: `${names.tableArn(table)}/stream/*`,
    Reader: names.functionRoleArn('detectionStream'),
  });
