import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../config/schema';
import { RELEASE_TESTER } from '../../names';
import { loadPolicy } from '../../policies';
import type { StageStackProps } from '../../stage-context';
import { applyStoreRemoval } from '../storage/removal';

export interface ClientSecretProps extends StageStackProps {
  readonly client: StageConfig['clients'][number];
}

/** Where a client's current API key lies; empty until the first rotation, which follows the deployment. */
export class ClientSecret extends CfnSecret {
  constructor(scope: Construct, id: string, { config, names, keys, client }: ClientSecretProps) {
    super(scope, id, {
      name: names.clientSecret(client.id),
      description: `API key of the client ${client.id}; written by the rotation, handed over by the data steward`,
      kmsKeyId: keys.secrets.keyArn,
    });
    applyStoreRemoval(this, config);
    new CfnResourcePolicy(this, 'Perimeter', {
      secretId: this.ref,
      blockPublicPolicy: true,
      resourcePolicy: loadPolicy('perimeter/client-secret', {
        RotationRole: names.roleArn('api-key-rotation'),
        ReaderRoles: [
          names.roleArn('data-steward'),
          ...(client.id === config.syntheticClient ? [names.roleArn(RELEASE_TESTER)] : []),
        ],
        OrganizationId: config.organizationId,
      }),
    });
  }
}
