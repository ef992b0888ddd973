import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DeliveryConfig } from '../../config/delivery';
import { deliveryNames } from '../../names';
import { PersonRole } from '../people/person-role';
import { DELIVERY_AUDIT_LOGS } from './delivery-trail';

export interface DeliveryAuditorProps {
  readonly config: DeliveryConfig;
  /** Where the packs and the trail of the account lie, and the keys that they lie under. */
  readonly evidence: readonly { readonly bucket: IBucket; readonly key: IKey }[];
  /** Under which the account's log groups of evidence lie: who reads one needs it himself. */
  readonly auditLogKey: IKey;
  readonly signingKey: IKey;
}

/**
 * Who reviews releases from outside of the team: reads packs, trail, the pipeline's history and how the account is
 * configured, checks signatures; changes nothing and reads no source, artefact or secret (NIST AU-6, AU-9(4); SOC 2 CC4.1).
 */
export class DeliveryAuditor extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { config, evidence, auditLogKey, signingKey }: DeliveryAuditorProps,
  ) {
    super(scope, id);
    const { account, region } = config;
    new PersonRole(this, 'Auditor', {
      names: deliveryNames(account, 'auditor'),
      role: 'auditor',
      description: 'Reads the evidence of releases and how they came about; changes nothing',
      policies: {
        auditor: {
          file: 'delivery-auditor',
          placeholders: {
            Region: region,
            EvidenceBuckets: evidence.map(({ bucket }) => bucket.bucketArn),
            EvidenceObjects: evidence.map(({ bucket }) => bucket.arnForObjects('*')),
            EvidenceKeys: evidence.map(({ key }) => key.keyArn),
            AuditLogKey: auditLogKey.keyArn,
            SigningKey: signingKey.keyArn,
            AuditLogGroups: [`arn:aws:logs:${region}:${account}:log-group:${DELIVERY_AUDIT_LOGS}*`],
          },
        },
      },
    });
  }
}
