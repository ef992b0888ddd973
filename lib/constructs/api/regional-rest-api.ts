import {
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { loadPolicy } from '../../policies';
import type { StageStackProps } from '../../stage-context';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { ACCESS_LOG_FORMAT } from './access-log-format';
import { addProblemResponses } from './gateway-responses';
import { methodThrottles, type Throttle } from './method-throttles';

/**
 * A method that has settings of its own inherits none from the stage, so each states logs and metrics again.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
 */
const settings = ({ ratePerSecond, burst }: Throttle): MethodDeploymentOptions => ({
  throttlingRateLimit: ratePerSecond,
  throttlingBurstLimit: burst,
  loggingLevel: MethodLoggingLevel.ERROR,
  dataTraceEnabled: false,
  metricsEnabled: true,
});

/**
 * A regional REST API of one stage: TLS 1.2 with forward secrecy or 1.3, access logs as JSON, execution logs without
 * payload, traces, throttles by method, its own answers as problem documents, and a policy that keeps what people of the
 * account do from everybody but their roles. A policy counts from the next deployment on, and each change of it makes one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 */
export class RegionalRestApi extends RestApi {
  constructor(scope: Construct, id: string, { config, names, keys }: StageStackProps) {
    const group = (name: string, logGroupName: string, owner: Construct) =>
      new EncryptedLogGroup(owner, name, {
        logGroupName,
        encryptionKey: keys.logs,
        retentionDays: config.retention.applicationLog,
        retain: config.features.retainStores,
      });
    super(scope, id, {
      restApiName: names.restApi,
      description: 'Pictures in, cats and dogs told apart',
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      cloudWatchRole: false,
      policy: loadPolicy('perimeter/rest-api', {
        Reviewer: names.roleArn('reviewer'),
        DataSteward: names.roleArn('data-steward'),
      }),
      deployOptions: {
        stageName: config.stage,
        accessLogDestination: new LogGroupLogDestination(
          group(`${id}AccessLogs`, `/${names.prefix}/api/access`, scope),
        ),
        accessLogFormat: ACCESS_LOG_FORMAT,
        tracingEnabled: true,
        ...settings(config.api),
        methodOptions: Object.fromEntries(
          Object.entries(methodThrottles(config)).map(([method, throttle]) => [method, settings(throttle)]),
        ),
      },
    });
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
    const resource = this.node.defaultChild as CfnRestApi;
    resource.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
    resource.endpointAccessMode = 'STRICT';
    // API Gateway would make this group itself, without key or retention.
    const executionLogs = group(
      'ExecutionLogs',
      `API-Gateway-Execution-Logs_${this.restApiId}/${config.stage}`,
      this,
    );
    this.deploymentStage.node.addDependency(executionLogs);
    addProblemResponses(this, config.api.corsOrigins);
  }
}
