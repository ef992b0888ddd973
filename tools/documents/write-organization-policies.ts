import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadStageConfig } from '../../lib/config/load';
import {
  ORGANIZATION_POLICIES,
  organizationPolicy,
  type OrganizationPolicyName,
} from '../../lib/organization/organization-policies';

/** Writes the organisation's policies, filled in, to the folder that is given; see policies/organization/README.md. */
const [folder = path.join('dist', 'organization')] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const name of Object.keys(ORGANIZATION_POLICIES) as OrganizationPolicyName[]) {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(organizationPolicy(name, loadStageConfig('prod'))));
  console.log(`${ORGANIZATION_POLICIES[name]}  ${file}`);
}
