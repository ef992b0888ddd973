import type { AwsCall, CallResource } from '../../lambda/aws-calls';
import type { KeyDomain, Names } from '../names';
import type { PlaceholderValues } from '../policies';

/** What AWS bills for a call; its price stands in tools/cost/prices.ts. */
export type BillingUnit =
  'execution' | 'image' | 'objectRead' | 'objectWrite' | 'readUnit' | 'writeUnit' | 'nothing';

/** The use that a service makes of a key in the name of the function that calls it. */
export interface KeyUse {
  /** Sid of the grant. */
  readonly sid: string;
  /** The AWS page that asks for it. */
  readonly page: string;
  readonly domain: KeyDomain;
  /** Services of `kms:ViaService`, for the actions that a function calls. */
  readonly through: (calls: readonly string[]) => readonly string[];
  readonly actions: (calls: readonly string[]) => readonly string[];
}

/** Decrypts what it reads, and encrypts what it writes. */
export const READ_AND_WRITE = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;
export const READ_ONLY = ['kms:Decrypt'] as const;

/**
 * Everything that is particular to one service that functions call; endpoint, its security group and policy, egress, names
 * that resolve, keys, trail, quotas and costs follow from it.
 *
 * What stays apart on purpose: policies/endpoints/NAME.json (whoever owns the policies consents to the actions) and the
 * proofs' own knowledge (compliance/rules/proofs/network/called-services.ts, iam/store-keys.ts, iam/targets.ts), which would
 * otherwise repeat a mistake made here. The embedded AWS needs nothing for a service: it serves all but Rekognition, whose
 * endpoint is local/rekognition.
 */
export interface ServiceDefinition {
  /** What its endpoint's name ends with after `com.amazonaws.REGION.`; also what its host begins with. */
  readonly name: string;
  /** A gateway in the route tables, or network interfaces, which are billed by the hour. */
  readonly endpoint: 'gateway' | 'interface';
  /**
   * Of a gateway: AWS's own prefix list in each region, as fixed as the service's name; a look-up would need an account.
   * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
   */
  readonly prefixLists?: Readonly<Record<string, string>>;
  /** Whether the request of an IAM action goes to its endpoint. */
  readonly carries: (action: AwsCall['action']) => boolean;
  /** The ARN that a declared call's resource stands for; undefined when it is no resource of this service. */
  readonly arnOf: (resource: CallResource, names: Names) => string | undefined;
  /** Narrows a call where AWS authorizes it on more than the code names. */
  readonly conditions?: (
    resource: CallResource,
    /** Everything that the caller calls. */
    calls: readonly AwsCall[],
  ) => Readonly<Record<string, Record<string, string | readonly string[]>>> | undefined;
  /** What its endpoint policy asks for besides account and callers. */
  readonly placeholders: (names: Names) => PlaceholderValues;
  /** Hosts that must resolve besides its own. */
  readonly hosts?: (names: Names) => readonly string[];
  readonly key?: KeyUse;
  /**
   * CloudTrail can record calls through its endpoint; of the others it records management or data events only.
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
   */
  readonly networkActivity: boolean;
  /** What each action costs that is the first of a call; what follows it is only authorized. */
  readonly billing: Readonly<Partial<Record<AwsCall['action'], BillingUnit>>>;
}

/** Checks a definition and keeps its narrower type. */
export const defineService = <const Definition extends ServiceDefinition>(
  definition: Definition,
): Definition => definition;

/** For services whose endpoint is named as their actions. */
export const actionsOf =
  (prefix: string) =>
  (action: AwsCall['action']): boolean =>
    action.startsWith(`${prefix}:`);
