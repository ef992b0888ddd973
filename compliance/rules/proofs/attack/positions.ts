import { FUNCTION_IDS } from '../../../../lambda/functions';
import { loadStageConfig } from '../../../../lib/config/load';
import { APPROVERS, SECURITY_ADMINISTRATORS } from '../../../../lib/names';
import { dig } from '../model/dig';
import type { Resource } from '../model/resource';
import type { AttackWorld, Holder } from './attack-world';
import { projectOf, runsRepository } from './build-commands';
import { runsUntilRefused } from './release-order';

/** Where an attacker stands; the closed list. */
export interface Position {
  readonly name: string;
  /** Roles that he holds; none for somebody without AWS credentials. */
  readonly holders: readonly Holder[];
  readonly aboveOrganization?: true;
}

const PEOPLE = ['auditor', 'operator', 'data-steward', 'reviewer', 'break-glass'] as const;

/** The roles that whoever merges to the branch of releases holds before an approval is missing. @param approvers who approves besides */
function heldByMerging(world: AttackWorld, approvers: readonly Holder[] = []): Holder[] {
  const { set } = world.delivery;
  const roleOf = (project: Resource): Holder[] =>
    world.holders.filter(({ arn }) => arn === project.text('ServiceRole'));
  const held = set.resources('AWS::CodePipeline::Pipeline').flatMap((pipeline) =>
    runsUntilRefused(world, pipeline, approvers).flatMap(({ category, configuration }) => {
      if (category === 'Build') {
        return projectOf(set, configuration).filter(runsRepository).flatMap(roleOf);
      }
      if (category !== 'Deploy') return [];
      const role = dig(configuration, 'RoleArn');
      return world.holders.filter(({ arn }) => arn === role);
    }),
  );
  return [...new Set([...held, ...approvers])];
}

/** Who lets releases in; each holds every right in the account besides, so that the organisation's policies alone bound him. */
export const approversOf = (world: AttackWorld): Readonly<Record<keyof typeof APPROVERS, Holder>> => ({
  release: world.permissionSet('release approver', APPROVERS.release),
  security: world.permissionSet('security approver', APPROVERS.security),
});

/** The closed list of positions, with the roles that the templates give each. */
export function positionsOf(world: AttackWorld): Position[] {
  const held = (name: string, ...roles: string[]): Position => ({
    name,
    holders: roles.map((role) => world.holder(role)),
  });
  const isThere = (role: string): boolean => world.holders.some(({ name }) => name === role);
  /** Of a role that IAM has once, there is no other in the second region. */
  const inEachRegion = (roles: readonly string[], nameOf: (role: string) => string): Position[] =>
    roles.flatMap((role) =>
      world.regions
        .map((region) => ({ region, name: world.named(role, region) }))
        .filter(({ name }) => name === role || isThere(name))
        .map(({ region, name }) => held(world.named(nameOf(role), region), name)),
    );
  const { account, deliveryAccount } = world.config;
  const administrators = [account, deliveryAccount].map((each) => world.administrator(each));
  return [
    { name: 'client with an API key', holders: [] },
    ...inEachRegion(FUNCTION_IDS.filter(isThere), (id) => `function ${id}`),
    { name: 'administrator of dev', holders: [world.administrator(loadStageConfig('dev').account)] },
    { name: 'merge to the branch of releases', holders: heldByMerging(world) },
    ...Object.values(approversOf(world)).flatMap((approver): Position[] => [
      { name: approver.name, holders: [approver] },
      { name: `merge and ${approver.name}`, holders: heldByMerging(world, [approver]) },
    ]),
    held('role of the pipeline', "delivery's pipeline"),
    held('role of its own update', "delivery's self-update"),
    held('auditor of delivery', "delivery's auditor"),
    ...inEachRegion(PEOPLE, (role) => role.replace('-', ' ')),
    { name: 'administrator of production', holders: administrators.slice(0, 1) },
    { name: 'administrator of delivery', holders: administrators.slice(1) },
    {
      name: 'security administrator',
      holders: [account, deliveryAccount].map((each) =>
        world.permissionSet(
          `security administrator of ${world.placeOf(each)}`,
          SECURITY_ADMINISTRATORS,
          each,
        ),
      ),
    },
    { name: 'insider of the management account', holders: administrators, aboveOrganization: true },
  ];
}
