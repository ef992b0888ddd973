import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { loadPolicy } from '../../policies';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { applyStoreRemoval } from '../storage/removal';

export interface WebhookSecretProps extends StageStackProps {
  readonly network: FunctionNetwork;
  readonly clientId: string;
}

/** What signs a client's messages; empty until the first rotation, which follows the deployment. */
export class WebhookSecret extends CfnSecret {
  constructor(scope: Construct, id: string, { config, names, keys, network, clientId }: WebhookSecretProps) {
    super(scope, id, {
      name: names.webhookSecret(clientId),
      description: `Signs what the client ${clientId} is told; written by the rotation, handed over by the data steward`,
      kmsKeyId: keys.secrets.keyArn,
    });
    applyStoreRemoval(this, config);
    new CfnResourcePolicy(this, 'Perimeter', {
      secretId: this.ref,
      blockPublicPolicy: true,
      resourcePolicy: loadPolicy('perimeter/webhook-secret', {
        SecretsManagerEndpoint: network.endpointId('secretsmanager'),
        SigningRole: names.functionRoleArn('webhooks'),
        StewardRole: names.roleArn('data-steward'),
        RotationRole: names.roleArn('api-key-rotation'),
        OrganizationId: config.organizationId,
      }),
    });
  }
}
