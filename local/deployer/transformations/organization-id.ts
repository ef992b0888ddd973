import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';
import { type ConditionBlock, findKey, translateConditions } from './policy-conditions';

const ORGANIZATION_KEY = 'aws:PrincipalOrgID';

const inOrganization = (block: ConditionBlock, organizationId: string): ConditionBlock =>
  Object.fromEntries(
    Object.entries(block).map(([operator, keys]) => {
      const key = findKey(keys, ORGANIZATION_KEY);
      return [operator, key === undefined ? keys : { ...keys, [key]: organizationId }];
    }),
  );

/** The account is in an organisation here, too, but the emulator chooses its id. */
export const organizationId: Transformation = {
  name: 'organization-id',
  apply: (template, context) =>
    changeResources(template, 'aws:PrincipalOrgID is the organisation that the emulator made', (resource) => {
      const { properties, changed } = translateConditions(resource.Properties, ORGANIZATION_KEY, (block) =>
        inOrganization(block, context.organizationId),
      );
      return changed ? { ...resource, Properties: properties } : undefined;
    }),
};
