import { Fn, Stage } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import { KEY_DOMAINS, type KeyDomain, Names } from '../names';
import type { StageKeys } from '../stage-context';
import { RecoveryBackupStack } from '../stacks/recovery-backup-stack';
import { applyStageRules, createRegionalApplication } from './regional-application';

/** The keys by the exports of the recovery foundation, which another stage of the pipeline deploys. */
const importKeys = (scope: Construct, names: Names): StageKeys =>
  Object.fromEntries(
    KEY_DOMAINS.map((domain) => [
      domain,
      Key.fromKeyArn(scope, `${domain}-key`, Fn.importValue(names.keyExport(domain))),
    ]),
  ) as Record<KeyDomain, IKey>;

/**
 * The application in the second region, ready to take over: every resource and role stands before the disaster, when
 * IAM, whose control plane is in us-east-1, may not make any. It has its own keys (from the recovery foundation) and
 * empty stores; pictures wait in the intake queue until the failover enables its mapping (policies/runbooks/recovery.md).
 * What an account has once (trail, AWS Config, budget, auditor) stays with the primary region.
 */
export class RecoveryApplicationStage extends Stage {
  constructor(scope: Construct, primary: StageConfig) {
    const names = new Names(primary, primary.drRegion);
    super(scope, `${names.prefix}-recovery`, { env: { account: primary.account, region: names.region } });
    const { availabilityZones, active } = primary.recovery;
    // Nobody sends the standby pictures that a canary could be evaluated by.
    const config: StageConfig = {
      ...primary,
      availabilityZones,
      trafficShift: active ? primary.trafficShift : 'all-at-once',
    };
    const { network, storage } = createRegionalApplication(this, {
      config,
      names,
      keysIn: (stack) => importKeys(stack, names),
    });
    new RecoveryBackupStack(this, 'backup', { config, names }).addStackDependency(storage);
    applyStageRules(this, network, { config, names });
  }
}
