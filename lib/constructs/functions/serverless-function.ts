import { existsSync } from 'node:fs';
import path from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
  type IVersion,
} from 'aws-cdk-lib/aws-lambda';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../../lambda/domain/metrics';
import type { BaseEnvironment } from '../../../lambda/environment';
import { type FunctionId, functionDefinition, kebabName } from '../../../lambda/functions';
import { callsRefused } from '../../monitoring/alarms/refusal-alarms';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { folderDigest } from '../../../lambda/folder-digest';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { CanaryRelease } from './canary-release';
import { environmentOf } from './environment-values';
import { reservedConcurrency, timeoutSeconds } from './function-limits';
import { FunctionRole } from './function-role';

export interface ServerlessFunctionProps extends StageStackProps {
  readonly functionId: FunctionId;
  readonly network: FunctionNetwork;
  /** Takes what an asynchronous invocation could not get done. */
  readonly failures: IQueue;
}

const ROOT = path.resolve(__dirname, '..', '..', '..');

/** Where the bundles are: what `npm run build` made, unless the context names another folder. */
const bundlesFolder = (scope: Construct): string =>
  (scope.node.tryGetContext('bundles') as string | undefined) ?? path.join('dist', 'functions');

/**
 * The only way to a function: isolated subnets, a group and a role of its own, the keys of its domain, JSON logs with
 * key and retention, tracing, reserved concurrency, a queue for failures, no recursion, and the alias `live` that all
 * callers use. Whoever uses it can leave none of these out; what differs between functions stands in their definitions.
 * @throws Error when the bundle is missing: `npm run build` makes it.
 */
export class ServerlessFunction extends Construct {
  readonly function: LambdaFunction;
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: ServerlessFunctionProps) {
    super(scope, id);
    const { config, names, keys, functionId, network } = props;
    const definition = functionDefinition(functionId);
    const timeout = timeoutSeconds(functionId, config);
    const bundle = path.resolve(ROOT, bundlesFolder(this), kebabName(functionId));
    if (!existsSync(bundle)) throw new Error(`${bundle} is missing; run "npm run build" first.`);

    const logGroup = new EncryptedLogGroup(this, 'Logs', {
      logGroupName: names.functionLogGroup(functionId),
      encryptionKey: keys.logs,
      retentionDays: config.retention.applicationLog,
      retain: config.features.retainStores,
    });
    new MetricFilter(this, 'CallsRefused', { logGroup, ...callsRefused(names, functionId) });
    const base: BaseEnvironment = {
      STAGE: config.stage,
      POWERTOOLS_SERVICE_NAME: names.function(functionId),
      POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      POWERTOOLS_LOG_LEVEL: config.stage === 'dev' ? 'DEBUG' : 'INFO',
    };
    this.function = new LambdaFunction(this, 'Function', {
      functionName: names.function(functionId),
      description: definition.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundle, { assetHash: folderDigest(bundle) }),
      handler: 'index.handler',
      environment: { ...base, ...environmentOf(functionId, props) },
      environmentEncryption: keys.data,
      timeout: Duration.seconds(timeout),
      memorySize: definition.memoryMegabytes,
      reservedConcurrentExecutions: reservedConcurrency(config)[functionId],
      // What the role may do stands in FunctionRole alone; no construct adds to it.
      role: new FunctionRole(this, 'Role', { id: functionId, names, keys }).withoutPolicyUpdates(),
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [
        SecurityGroup.fromSecurityGroupId(this, 'Group', network.functionGroupIds[functionId], {
          mutable: false,
        }),
      ],
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: config.stage === 'dev' ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      recursiveLoop: RecursiveLoop.TERMINATE,
      deadLetterQueue: props.failures,
      currentVersionOptions: { removalPolicy: RemovalPolicy.DESTROY },
    });
    this.alias = new Alias(this, 'Live', {
      aliasName: 'live',
      version: this.function.currentVersion as IVersion,
    });
    if (config.trafficShift === 'canary')
      new CanaryRelease(this, 'Canary', {
        names,
        functionId,
        alias: this.alias,
        timeoutSeconds: timeout,
      });
  }
}
