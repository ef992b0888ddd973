import { Aspects, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BaseStackProps } from '../stage-context';
import { ProtectedLast } from './protected-last';

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
    Aspects.of(this).add(new ProtectedLast());
  }

  override get availabilityZones(): string[] {
    return this.zones;
  }
}
