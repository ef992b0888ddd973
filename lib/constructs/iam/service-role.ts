import {
  ManagedPolicy,
  PolicyDocument,
  type PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Names } from '../../names';
import { onBehalfOf } from './trust-conditions';

export interface ServiceRoleProps {
  readonly names: Pick<Names, 'account' | 'role' | 'accountWide'>;
  /** The role is named `PREFIX-PURPOSE-role`, its policy `PREFIX-PURPOSE-policy`. */
  readonly purpose: string;
  readonly description: string;
  /** The AWS service that assumes the role, as `backup.amazonaws.com`. */
  readonly service: string;
  /** Patterns of the resources on whose behalf the service may assume it; see {@link onBehalfOf}. */
  readonly sourceArn?: string | string[];
  readonly statements: PolicyStatement[];
}

/**
 * A role for one AWS service: one customer-managed policy, no inline and no AWS-managed one, and a trust policy that
 * only our own account can make use of (confused deputy).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export class ServiceRole extends Construct {
  readonly role: Role;
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      roleName: props.names.role(props.purpose),
      description: props.description,
      assumedBy: new ServicePrincipal(props.service, {
        conditions: onBehalfOf(props.service, props.names.account, props.sourceArn),
      }),
    });
    this.policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: props.names.accountWide(`${props.purpose}-policy`),
      description: props.description,
      document: new PolicyDocument({ statements: props.statements }),
      roles: [this.role],
    });
  }
}
