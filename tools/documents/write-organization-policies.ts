import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { delivery } from '../../lib/config/delivery';
import { loadStageConfig } from '../../lib/config/load';
import {
  ORGANIZATION_POLICIES,
  organizationPolicy,
  type OrganizationPolicyName,
} from '../../lib/organization/organization-policies';
import { APPROVERS } from '../../lib/names';
import { type Approver, approverPolicy } from '../../lib/organization/approver-policies';

/** Writes the organisation's policies and those of the approvers' permission sets, filled in, to the folder that is given; see policies/organization/README.md. */
const [folder = path.join('dist', 'organization')] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const name of Object.keys(ORGANIZATION_POLICIES) as OrganizationPolicyName[]) {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(organizationPolicy(name, loadStageConfig('prod'))));
  console.log(`${ORGANIZATION_POLICIES[name]}  ${file}`);
}
for (const [approver, permissionSet] of Object.entries(APPROVERS)) {
  const file = path.join(folder, `${permissionSet}.json`);
  writeFileSync(file, JSON.stringify(approverPolicy(approver as Approver, delivery)));
  console.log(`INLINE_POLICY_OF_PERMISSION_SET  ${file}`);
}
