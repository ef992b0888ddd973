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
import type { StageStackProps } from '../../stacks/stage-stack';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';
import { classificationDefinition } from './classification-definition';
import { workflowRole } from './workflow-role';

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
    const { role, policy } = workflowRole(this, props);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: names.stateMachine,
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: classificationDefinition(this, names),
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
      routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
    });
  }
}
