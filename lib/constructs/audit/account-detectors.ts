import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { CfnSession } from 'aws-cdk-lib/aws-macie';
import { CfnHub, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';

export interface AccountDetectorsProps {
  readonly config: StageConfig;
  readonly names: Names;
}

/** Access that nobody used for so many days is told. */
const UNUSED_ACCESS_DAYS = 90;
const GUARDDUTY_FEATURES = ['S3_DATA_EVENTS', 'LAMBDA_NETWORK_LOGS'] as const;
const SECURITY_HUB_STANDARDS = {
  Foundational: 'aws-foundational-security-best-practices/v/1.0.0',
  Nist80053: 'nist-800-53/v/5.0.0',
  PciDss: 'pci-dss/v/4.0.1',
} as const;

/**
 * Detectors of which an account has one each: made here only for a stand-alone account, else the organisation's
 * delegated administrator enables them (`features` of the configuration).
 */
export class AccountDetectors extends Construct {
  constructor(scope: Construct, id: string, { config, names }: AccountDetectorsProps) {
    super(scope, id);
    const { features } = config;
    // Free, and always ours: an analyzer of the organisation tells the bus of its own account, where our rule is not.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
    new CfnAnalyzer(this, 'ExternalAccess', { analyzerName: names.of('external-access'), type: 'ACCOUNT' });
    if (features.accessAnalyzer) {
      new CfnAnalyzer(this, 'UnusedAccess', {
        analyzerName: names.of('unused-access'),
        type: 'ACCOUNT_UNUSED_ACCESS',
        analyzerConfiguration: { unusedAccessConfiguration: { unusedAccessAge: UNUSED_ACCESS_DAYS } },
      });
    }
    if (features.guardDuty) {
      new CfnDetector(this, 'GuardDuty', {
        enable: true,
        findingPublishingFrequency: 'FIFTEEN_MINUTES',
        features: GUARDDUTY_FEATURES.map((name) => ({ name, status: 'ENABLED' })),
      });
    }
    if (features.securityHub) {
      const hub = new CfnHub(this, 'SecurityHub', {
        enableDefaultStandards: false,
        autoEnableControls: true,
        controlFindingGenerator: 'SECURITY_CONTROL',
      });
      for (const [standard, version] of Object.entries(SECURITY_HUB_STANDARDS)) {
        new CfnStandard(this, standard, {
          standardsArn: `arn:aws:securityhub:${names.region}::standards/${version}`,
        }).addResourceDependency(hub);
      }
    }
    if (features.macie) {
      new CfnSession(this, 'Macie', { status: 'ENABLED', findingPublishingFrequency: 'ONE_HOUR' });
    }
  }
}
