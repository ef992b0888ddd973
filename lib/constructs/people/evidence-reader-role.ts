import { Duration } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVIDENCE_READER, evidenceReaderBuildRole, READER_POLICIES } from '../../names';
import { loadPolicy } from '../../policies';
import type { StageStackProps } from '../../stage-context';
import { roleOfDelivery } from '../iam/trust-conditions';

export interface EvidenceReaderRoleProps extends StageStackProps {
  /** The role of people who may ask as well; it shows a second factor. */
  readonly auditor: IRole;
}

/**
 * Who asks an account whether it holds what was evaluated (`npm run compliance -- deployed`): reads how things are set up, no
 * data, and changes nothing. A role for the delivery account's daily build, which shows no second factor, and the same
 * policies for the auditor, who does.
 */
export class EvidenceReaderRole extends Construct {
  constructor(scope: Construct, id: string, { config, names, auditor }: EvidenceReaderRoleProps) {
    super(scope, id);
    const description = 'Asks what is deployed; reads configuration, no data';
    const role = new Role(this, 'Role', {
      roleName: names.role(EVIDENCE_READER),
      description,
      maxSessionDuration: Duration.hours(1),
      assumedBy: roleOfDelivery(config, evidenceReaderBuildRole),
    });
    for (const policy of READER_POLICIES)
      new ManagedPolicy(this, policy, {
        managedPolicyName: names.accountWide(`${policy}-policy`),
        description,
        document: loadPolicy(`identity/${policy}`, {}),
        roles: [role, auditor],
      });
  }
}
