import { Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import type { KeyDomain, Names } from '../names';

/** One customer-managed key for each data domain. */
export type StageKeys = Readonly<Record<KeyDomain, IKey>>;

/** What the first stack, which makes the keys, gets. */
export interface BaseStackProps {
  readonly config: StageConfig;
  readonly names: Names;
}

/** What every other stack gets. */
export interface StageStackProps extends BaseStackProps {
  readonly keys: StageKeys;
}

/**
 * A stack of one stage in the configuration's account and the region of its names. Availability zones are named, not
 * looked up, so that synth needs no account and no network. The stack is named after its stage (`STAGE-ID`), so that the
 * second region's application has names of its own.
 */
export abstract class StageStack extends Stack {
  private readonly zones: string[];

  constructor(scope: Construct, id: string, { config, names }: BaseStackProps, description: string) {
    super(scope, id, {
      description,
      env: { account: config.account, region: names.region },
      terminationProtection: config.features.terminationProtection,
    });
    this.zones = config.availabilityZones;
  }

  override get availabilityZones(): string[] {
    return this.zones;
  }
}
