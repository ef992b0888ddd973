import { Duration } from 'aws-cdk-lib';
import {
  CustomerManagedEncryptionConfiguration,
  DefinitionBody,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { StageStackProps } from '../../stage-context';
import type { ServiceRole } from '../iam/service-role';
import { EncryptedLogGroup } from '../logging/encrypted-log-group';

export interface RotationStateMachineProps extends StageStackProps {
  readonly stateMachineName: string;
  readonly definition: object;
  readonly rotationRole: ServiceRole;
}

/**
 * A Standard state machine whose history, which holds key values for 90 days, is under the secrets key: who may read
 * executions but not use that key sees nothing.
 */
export class RotationStateMachine extends StateMachine {
  constructor(scope: Construct, id: string, props: RotationStateMachineProps) {
    const { config, names, keys, stateMachineName, rotationRole } = props;
    super(scope, id, {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(props.definition)),
      role: rotationRole.role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: false,
        destination: new EncryptedLogGroup(scope, `${id}Log`, {
          logGroupName: `/aws/vendedlogs/${names.prefix}/${stateMachineName}`,
          encryptionKey: keys.logs,
          retentionDays: config.retention.applicationLog,
          retain: config.features.retainStores,
        }),
      },
      encryptionConfiguration: new CustomerManagedEncryptionConfiguration(keys.secrets, Duration.minutes(5)),
    });
    this.node.addDependency(rotationRole.policy);
  }
}
