import { ManagedPolicy, PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type FunctionId, kebabName } from '../../../lambda/functions';
import type { Names } from '../../names';
import type { StageKeys } from '../../stage-context';
import { onBehalfOf } from '../iam/trust-conditions';
import { callStatements } from './call-resources';
import { platformStatements } from './platform-grants';

export interface FunctionRoleProps {
  readonly id: FunctionId;
  readonly names: Names;
  readonly keys: StageKeys;
}

/**
 * The role of one function: one customer-managed policy for what its code calls, one for what the platform does under
 * the role. Nothing else can be added to it (NIST AC-6).
 */
export class FunctionRole extends Role {
  constructor(scope: Construct, id: string, { id: fn, names, keys }: FunctionRoleProps) {
    const calls = callStatements(fn, names);
    const policy = (purpose: string, statements: ReturnType<typeof callStatements>) =>
      new ManagedPolicy(scope, `${purpose}Policy`, {
        managedPolicyName: names.accountWide(`${kebabName(fn)}-${purpose.toLowerCase()}`),
        description: `${purpose} of the function ${names.function(fn)}`,
        document: new PolicyDocument({ statements }),
      });
    super(scope, id, {
      roleName: names.functionRole(fn),
      description: `Execution role of ${names.function(fn)}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com', {
        conditions: onBehalfOf('lambda.amazonaws.com', names.account),
      }),
      managedPolicies: [
        ...(calls.length > 0 ? [policy('Calls', calls)] : []),
        policy('Platform', platformStatements(fn, names, keys)),
      ],
    });
  }
}
