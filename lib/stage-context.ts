import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { FunctionId } from '../lambda/functions';
import type { StageConfig } from './config/schema';
import type { KeyDomain, Names } from './names';
import type { EndpointService } from './network/services';

/** One customer-managed key for each data domain. */
export type StageKeys = Readonly<Record<KeyDomain, IKey>>;

/** What the first stack of a stage, which makes the keys, gets. */
export interface BaseStackProps {
  readonly config: StageConfig;
  readonly names: Names;
}

/** What every other stack, and each construct in it, gets. */
export interface StageStackProps extends BaseStackProps {
  readonly keys: StageKeys;
}

/** What functions and stores need to know of the network. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly functionGroupIds: Readonly<Record<FunctionId, string>>;
  endpointId(service: EndpointService): string;
}
