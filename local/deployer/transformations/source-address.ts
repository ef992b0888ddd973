import { without } from '../template';
import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';
import {
  type ConditionBlock,
  findKey,
  translateConditions,
  UntranslatableConditionError,
} from './policy-conditions';

const ADDRESS_KEY = 'aws:SourceIp';

/** "Comes from elsewhere" becomes what does not hold without an address, so that the statement refuses nobody. */
function translateBlock(block: ConditionBlock): ConditionBlock {
  return Object.fromEntries(
    Object.entries(block).map(([operator, keys]) => {
      const key = findKey(keys, ADDRESS_KEY);
      if (key === undefined) return [operator, keys];
      if (operator !== 'NotIpAddress' || Object.keys(without(keys, key)).length > 0)
        throw new UntranslatableConditionError(`${operator} on ${key}`);
      return ['IpAddress', keys];
    }),
  );
}

/** The emulator never sets `aws:SourceIp`, so a refusal of all but some networks would refuse everybody. */
export const sourceAddress: Transformation = {
  name: 'source-address',
  apply: (template) =>
    changeResources(
      template,
      'aws:SourceIp is told of no request: networks are not asked for',
      (resource) => {
        const { properties, changed } = translateConditions(resource.Properties, ADDRESS_KEY, translateBlock);
        return changed ? { ...resource, Properties: properties } : undefined;
      },
    ),
};
