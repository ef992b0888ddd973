import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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

export interface StandardStateMachineProps extends StageStackProps {
  readonly stateMachineName: string;
  readonly definition: object;
  readonly serviceRole: ServiceRole;
  /** Of the history, which AWS keeps for 90 days with all that passes: who may not use the key sees nothing of it. */
  readonly key: IKey;
}

/** A Standard state machine with a definition written in the states language. Its logs carry no data. */
export class StandardStateMachine extends StateMachine {
  constructor(scope: Construct, id: string, props: StandardStateMachineProps) {
    const { config, names, keys, stateMachineName, serviceRole, key } = props;
    super(scope, id, {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(props.definition)),
      role: serviceRole.role.withoutPolicyUpdates(),
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
      encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key, Duration.minutes(5)),
    });
    this.node.addDependency(serviceRole.policy);
  }
}
