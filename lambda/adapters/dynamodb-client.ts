import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type CallLimits, clientConfiguration } from './client-configuration';

/**
 * The tables' document client. The account-based endpoint is off: its host name would not resolve through the VPC's
 * gateway endpoint and DNS firewall.
 */
export const dynamoDbClient = (limits: CallLimits): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...clientConfiguration(limits), accountIdEndpointMode: 'disabled' }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
