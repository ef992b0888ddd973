import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema';
import { Names } from '../names';
import { AuditStack } from '../stacks/audit-stack';
import { BackupStack } from '../stacks/backup-stack';
import { GuardrailsStack } from '../stacks/guardrails-stack';
import { KeysStack } from '../stacks/keys-stack';
import { RecoveryFoundationStack } from '../stacks/recovery-foundation-stack';
import { applyStageRules, createRegionalApplication } from './regional-application';

/** One stage (dev, staging, prod) of the application in one account and region. */
export class ApplicationStage extends Stage {
  constructor(scope: Construct, config: StageConfig) {
    const names = new Names(config, config.region);
    super(scope, names.prefix, { env: { account: config.account, region: config.region } });
    const base = { config, names };

    const keyStack = new KeysStack(this, 'keys', base);
    const { keys } = keyStack;
    const guardrails = new GuardrailsStack(this, 'guardrails', base);
    const props = { ...base, keys };
    const { network, storage } = createRegionalApplication(this, { ...base, keysIn: () => keys });
    const audit = new AuditStack(this, 'audit', props);
    const inSecondRegion = { config, names: new Names(config, config.drRegion) };
    const recoveryGuardrails = new GuardrailsStack(this, 'recovery-guardrails', inSecondRegion);
    const recovery = new RecoveryFoundationStack(this, 'recovery-foundation', inSecondRegion);
    const backup = new BackupStack(this, 'backup', props);
    // Names are composed, not referenced, so the order of the stacks has to be said.
    guardrails.addStackDependency(keyStack);
    // A hook whose rules changed evaluates what comes after it, and is not itself changed beside what it evaluates.
    network.addStackDependency(guardrails);
    recoveryGuardrails.addStackDependency(keyStack);
    recovery.addStackDependency(recoveryGuardrails);
    audit.addStackDependency(storage);
    backup.addStackDependency(storage);
    backup.addStackDependency(recovery);
    applyStageRules(this, network, base);
  }
}
