import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import { customResponseBodies, webAclRules } from '../../edge/web-acl-rules';
import type { Names } from '../../names';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';

export interface WebAclProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly logsKey: IKey;
}

/**
 * The web ACL of the API's stage, with every decision logged but for the API key (PCI DSS 6.4.2, NIST SC-7). WAF may
 * write the log by the network stack's log-delivery policy.
 * https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
 */
export class WebAcl extends Construct {
  readonly acl: CfnWebACL;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { config, names } = props;
    this.acl = new CfnWebACL(this, 'Acl', {
      name: names.webAcl,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: webAclRules(config),
      customResponseBodies: customResponseBodies(),
      visibilityConfig: {
        cloudWatchMetricsEnabled: true,
        metricName: names.webAcl,
        sampledRequestsEnabled: false,
      },
    });
    const log = new EncryptedLogGroup(this, 'Log', {
      logGroupName: names.webAclLogGroup,
      encryptionKey: props.logsKey,
      retentionDays: config.retention.applicationLog,
      retain: config.features.retainStores,
    });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.acl.attrArn,
      // WAF takes the ARN without the `:*` that CloudFormation's attribute carries.
      logDestinationConfigs: [names.arn('logs', `log-group:${names.webAclLogGroup}`)],
      redactedFields: [{ singleHeader: { Name: 'x-api-key' } }, { singleHeader: { Name: 'authorization' } }],
    });
    logging.node.addDependency(log);
  }
}
