import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { RELEASE_TESTER, releaseTesterBuildRole } from '../../names';
import type { StageStackProps } from '../../stage-context';
import { roleOfDelivery } from '../iam/trust-conditions';

/**
 * The role with which builds of the delivery account play a client: they find the API and read the API key of the
 * synthetic client, nothing else. Only that account's build role may take it; a role cannot show a second factor.
 */
export class ReleaseTesterRole extends Construct {
  constructor(scope: Construct, id: string, { config, names, keys }: StageStackProps) {
    super(scope, id);
    const description = 'Builds of the pipeline send synthetic pictures as a client';
    const role = new Role(this, 'Role', {
      roleName: names.role(RELEASE_TESTER),
      description,
      maxSessionDuration: Duration.hours(1),
      assumedBy: roleOfDelivery(config, releaseTesterBuildRole),
    });
    new ManagedPolicy(this, 'Policy', {
      managedPolicyName: names.accountWide(`${RELEASE_TESTER}-policy`),
      description,
      roles: [role],
      document: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'FindApi',
            actions: ['apigateway:GET'],
            resources: [`arn:aws:apigateway:${names.region}::/restapis`],
          }),
          new PolicyStatement({
            sid: 'ReadApiKeyOfSyntheticClient',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [names.secretArnPattern(names.clientSecret(config.syntheticClient))],
          }),
          new PolicyStatement({
            sid: 'DecryptApiKey',
            actions: ['kms:Decrypt'],
            resources: [keys.secrets.keyArn],
            conditions: {
              StringEquals: { 'kms:ViaService': `secretsmanager.${names.region}.amazonaws.com` },
            },
          }),
        ],
      }),
    });
  }
}
