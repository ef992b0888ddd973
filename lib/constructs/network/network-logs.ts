import { CfnFlowLog, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  CfnResolverQueryLoggingConfig,
  CfnResolverQueryLoggingConfigAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import type { Names } from '../../names';
import type { StageKeys } from '../../stage-context';
import { ServiceRole } from '../iam/service-role';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { useLogKey } from '../logging/log-key-use';
import type { LogDeliveryPolicy } from '../logging/log-delivery-policy';

export interface NetworkLogsProps {
  readonly config: StageConfig;
  readonly names: Names;
  readonly keys: StageKeys;
  readonly vpc: IVpc;
  readonly logDelivery: LogDeliveryPolicy;
}

/** Every flow and every DNS question of the VPC, accepted or not (NIST AU-12, PCI DSS 10.2). */
export class NetworkLogs extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: NetworkLogsProps,
  ) {
    super(scope, id);
    this.logFlows();
    this.logDnsQueries();
  }

  private group(id: string, name: string): EncryptedLogGroup {
    const { config, keys } = this.props;
    return new EncryptedLogGroup(this, id, {
      logGroupName: name,
      encryptionKey: keys.logs,
      retentionDays: config.retention.applicationLog,
      retain: config.features.retainStores,
    });
  }

  /** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
  private logFlows(): void {
    const { names, vpc, keys } = this.props;
    const logGroup = this.group('Flows', names.flowLogGroup);
    const { role, policy } = new ServiceRole(this, 'FlowsRole', {
      names,
      purpose: 'flow-logs',
      description: 'VPC flow logs write their log group',
      service: 'vpc-flow-logs.amazonaws.com',
      sourceArn: names.arn('ec2', 'vpc-flow-log/*'),
      statements: [
        new PolicyStatement({
          sid: 'WriteFlows',
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        useLogKey(keys.logs.keyArn, names.region),
      ],
    });
    const flowLog = new CfnFlowLog(this, 'FlowLog', {
      resourceId: vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      maxAggregationInterval: 60,
      logDestinationType: 'cloud-watch-logs',
      logGroupName: logGroup.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    flowLog.node.addDependency(policy);
  }

  /** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html */
  private logDnsQueries(): void {
    const { names, vpc, logDelivery } = this.props;
    const logGroup = this.group('Questions', names.dnsQueryLogGroup);
    const logging = new CfnResolverQueryLoggingConfig(this, 'QueryLogging', {
      name: names.of('dns-queries'),
      destinationArn: logGroup.logGroupArn,
    });
    logging.node.addDependency(logDelivery);
    new CfnResolverQueryLoggingConfigAssociation(this, 'QueryLoggingAssociation', {
      resolverQueryLogConfigId: logging.attrId,
      resourceId: vpc.vpcId,
    });
  }
}
