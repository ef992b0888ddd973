import { type CfnSecret, CfnResourcePolicy, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { FUNCTION_CALLS, FUNCTION_IDS } from '../../../lambda/functions';
import { loadPolicy } from '../../policies';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { applyStoreRemoval } from './removal';

export interface CursorSecretProps extends StageStackProps {
  readonly network: FunctionNetwork;
}

/** The key that signs listing cursors; made by Secrets Manager, seen by nobody. */
export class CursorSecret extends Secret {
  constructor(scope: Construct, id: string, { config, names, keys, network }: CursorSecretProps) {
    super(scope, id, {
      secretName: names.cursorSecret,
      description: 'Signs the cursors of GET /images; the current and the previous version are accepted',
      encryptionKey: keys.secrets,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    applyStoreRemoval(this.node.defaultChild as CfnSecret, config);
    new CfnResourcePolicy(this, 'Perimeter', {
      secretId: this.secretArn,
      blockPublicPolicy: true,
      resourcePolicy: loadPolicy('perimeter/cursor-secret', {
        SecretsManagerEndpoint: network.endpointId('secretsmanager'),
        Readers: FUNCTION_IDS.filter((fn) =>
          FUNCTION_CALLS[fn].some(({ resource }) => resource === 'secret:cursor'),
        ).map((fn) => names.functionRoleArn(fn)),
        RotationRole: names.roleArn('api-key-rotation'),
      }),
    });
  }
}
