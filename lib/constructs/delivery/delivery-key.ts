import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, type KeyProps } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * A key of the delivery account. Kept when its stack goes, for what it encrypts outlives the pipeline; grants only to
 * AWS services (NIST AC-3, AWS Control Tower CT.KMS.PR.2). Symmetric ones rotate yearly.
 */
export class DeliveryKey extends Key {
  constructor(scope: Construct, id: string, props: KeyProps) {
    super(scope, id, {
      ...(props.keyUsage === undefined
        ? { enableKeyRotation: true, rotationPeriod: Duration.days(365) }
        : {}),
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...props,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NoGrantsButForAwsServices',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        resources: ['*'],
        conditions: {
          BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    );
  }
}
