import { isRecord } from '../../../is-record';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { type Endpoint, readEndpoints } from './endpoints';
import { type NetworkAcl, readNetworkAcls } from './network-acls';
import { readSecurityGroups, type SecurityGroup } from './security-groups';
import { isTrue } from './is-true';
import { readSubnets, readVpcs, type Subnet, type Vpc } from './vpc';

/** A Lambda function as the network sees it; one outside any VPC has neither subnets nor groups. */
export interface NetworkFunction {
  readonly path: string;
  readonly name: string;
  readonly resource: Resource;
  readonly subnets: readonly Subnet[];
  readonly groups: readonly SecurityGroup[];
  readonly ipv6: boolean;
}

/** Everything in the templates that bears on where packets can go. */
export interface NetworkModel {
  readonly set: TemplateSet;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  readonly networkAcls: ReadonlyMap<string, NetworkAcl>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly functions: readonly NetworkFunction[];
}

/** @throws ModelError when the id names nothing in the templates. */
export function lookUp<T>(map: ReadonlyMap<string, T>, id: string, where: string): T {
  const found = map.get(id);
  if (found === undefined)
    throw new ModelError('unresolved-reference', where, `${id} is not in the templates`);
  return found;
}

/**
 * Reads the model.
 * @throws ModelError on anything it cannot read with certainty.
 */
export function readNetworkModel(set: TemplateSet): NetworkModel {
  const subnets = readSubnets(set);
  const groups = readSecurityGroups(set);
  const functions = set.resources('AWS::Lambda::Function').map((resource) => {
    const vpc = resource.property('VpcConfig') ?? {};
    if (!isRecord(vpc)) throw new ModelError('malformed-value', resource.path, 'VpcConfig is not an object');
    const ids = (name: string): string[] => {
      const list = vpc[name] ?? [];
      if (Array.isArray(list)) return list.map(String);
      throw new ModelError('malformed-value', resource.path, `VpcConfig.${name} is not a list`);
    };
    return {
      path: resource.path,
      name: resource.optionalText('FunctionName') ?? resource.path,
      resource,
      subnets: ids('SubnetIds').map((id) => lookUp(subnets, id, resource.path)),
      groups: ids('SecurityGroupIds').map((id) => lookUp(groups, id, resource.path)),
      ipv6: isTrue(vpc['Ipv6AllowedForDualStack']),
    };
  });
  const model = {
    set,
    vpcs: readVpcs(set),
    subnets,
    groups,
    networkAcls: readNetworkAcls(set),
    endpoints: readEndpoints(set),
    functions,
  };
  set.sign(NETWORK, () => wordsOf(model));
  return model;
}

/** Stands for all of a model on which it depends where packets can go, the functions apart. */
export const NETWORK = 'network';

function wordsOf({ vpcs, subnets, groups, networkAcls, endpoints }: NetworkModel): string {
  const ways = [...endpoints].map(([id, endpoint]) => [id, { ...endpoint, policy: undefined }]);
  return JSON.stringify(
    [[...vpcs], [...subnets], [...groups], [...networkAcls], ways],
    (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );
}
