import { CfnDeletionPolicy, Duration } from 'aws-cdk-lib';
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  CustomerManagedEncryptionConfiguration,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { StageStackProps } from '../../stage-context';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { classification } from './classification-definition';
import { WorkflowReleaseAlarms } from './workflow-release-alarms';
import { workflowRole } from './workflow-role';

/** As the functions' canary; https://docs.aws.amazon.com/step-functions/latest/dg/auto-deploy-cfn.html */
const CANARY_PERCENT = 10;
const CANARY_MINUTES = 5;

/**
 * The Express state machine that takes one picture through. Logs carry states and errors, never execution data; every
 * update publishes a version, and the alias `live` is what intake starts.
 */
export class ClassificationWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly alias: CfnStateMachineAlias;

  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id);
    const { config, names, keys } = props;
    const logGroup = new EncryptedLogGroup(this, 'Logs', {
      logGroupName: names.stateMachineLogGroup,
      encryptionKey: keys.logs,
      retentionDays: config.retention.applicationLog,
      retain: config.features.retainStores,
    });
    const { definition, tasks } = classification(this, names);
    const { role, policy } = workflowRole(this, props, tasks);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: names.stateMachine,
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: definition,
      role: role.withoutPolicyUpdates(),
      timeout: Duration.seconds(config.workflow.timeoutSeconds),
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      encryptionConfiguration: new CustomerManagedEncryptionConfiguration(keys.data, Duration.minutes(5)),
    });
    this.stateMachine.node.addDependency(policy);
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: this.stateMachine.stateMachineArn,
      stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,
    });
    // Traffic may still go to the version before while a release shifts it.
    version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    version.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
    this.alias = new CfnStateMachineAlias(this, 'Live', {
      name: 'live',
      description: 'What intake starts',
      ...(config.trafficShift === 'canary'
        ? {
            deploymentPreference: {
              type: 'CANARY',
              stateMachineVersionArn: version.attrArn,
              percentage: CANARY_PERCENT,
              interval: CANARY_MINUTES,
              alarms: new WorkflowReleaseAlarms(this, 'Canary', { names, version }).alarmNames,
            },
          }
        : { routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }] }),
    });
  }
}
