import { CfnConformancePack } from 'aws-cdk-lib/aws-config';
import type { Construct } from 'constructs';
import { conformancePackTemplate } from '../audit/conformance-pack';
import { AccountDetectors } from '../constructs/audit/account-detectors';
import { AuditTrail } from '../constructs/audit/audit-trail';
import { ConfigurationRecorder } from '../constructs/audit/configuration-recorder';
import { ConfigurationRules } from '../constructs/audit/configuration-rules';
import { Remediation } from '../constructs/audit/remediation';
import type { StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

/** Who did what, whether it is still as we claim, and what looks like an attack. */
export class AuditStack extends StageStack {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id, props, 'Audit trail, AWS Config rules with remediation, detectors of the account');
    const { config, names } = props;
    const trail = new AuditTrail(this, 'Trail', props);

    const rules = new ConfigurationRules(this, 'Rules', { names });
    const baseline = new CfnConformancePack(this, 'AccountBaseline', {
      conformancePackName: names.of('account-baseline'),
      templateBody: conformancePackTemplate(),
    });
    if (config.features.configRecorder) {
      const recorder = new ConfigurationRecorder(this, 'Recorder', props);
      // AWS Config refuses rules in an account without a recorder.
      rules.node.addDependency(recorder);
      baseline.node.addDependency(recorder);
      // The trail records who reads the recorder's bucket.
      trail.node.addDependency(recorder);
    }
    new Remediation(this, 'Remediation', { names, rules });
    new AccountDetectors(this, 'Detectors', { config, names });
  }
}
