import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { BackupClient } from '@aws-sdk/client-backup';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** One region of a stage that is to go. */
export interface DestroyContext {
  readonly stage: string;
  /** `serverlessapp-STAGE`; only stacks named so are touched. */
  readonly prefix: string;
  /** Parameters below it name the clients of API keys. */
  readonly clientParameterPrefix: string;
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly backup: BackupClient;
  readonly apiGateway: APIGatewayClient;
  readonly ssm: SSMClient;
  readonly print: (line: string) => void;
  readonly confirmed: boolean;
  /** Between two looks at something that takes its time. */
  readonly pollMilliseconds: number;
}
