import { FUNCTION_IDS } from '../../../lambda/functions';
import { loadStageConfig } from '../../../lib/config/load';
import { dig, listOf } from '../model/dig';
import type { Resource } from '../model/resource';
import type { AttackWorld, Holder } from './attack-world';

/** Where an attacker stands; the closed list. */
export interface Position {
  readonly name: string;
  /** Roles that he holds; none for somebody without AWS credentials. */
  readonly holders: readonly Holder[];
  readonly aboveOrganization?: true;
}

const PEOPLE = ['auditor', 'operator', 'data-steward', 'reviewer', 'break-glass'] as const;

/** Commands that are the repository's, or run it: whoever merges says what they do. */
const RUNS_REPOSITORY = /(?:^|[\s;&|(])(?:(?:npm|npx|node|yarn|python3?|make|bash|sh)(?=[\s;]|$)|\.\/\w)/;

const runsRepository = (project: Resource): boolean => {
  const spec = dig(project.property('Source'), 'BuildSpec');
  return (
    typeof spec !== 'string' || RUNS_REPOSITORY.test(spec.replace(/\\n|\n/g, ' ; ').replaceAll('"', ' '))
  );
};

interface Action {
  readonly name: string;
  readonly category: string;
  readonly configuration: unknown;
}

/** The actions of the pipeline in the order in which they run, up to the first that waits for a person. */
function beforeApproval(pipeline: Resource): Action[] {
  const actions = pipeline.list('Stages').flatMap((stage) =>
    listOf(dig(stage, 'Actions'))
      .map((action) => ({
        name: String(dig(action, 'Name')),
        category: String(dig(action, 'ActionTypeId', 'Category')),
        configuration: dig(action, 'Configuration'),
        order: Number(dig(action, 'RunOrder') ?? 1),
      }))
      .sort((a, b) => a.order - b.order),
  );
  const approval = actions.findIndex(({ category }) => category === 'Approval');
  return approval === -1 ? actions : actions.slice(0, approval);
}

/** The roles that whoever merges to the branch of releases holds before a person has looked. */
function heldByMerging(world: AttackWorld): Holder[] {
  const { set } = world.delivery;
  const projects = set.resources('AWS::CodeBuild::Project');
  const roleOf = (project: Resource): Holder[] =>
    world.holders.filter(({ arn }) => arn === project.text('ServiceRole'));
  return set.resources('AWS::CodePipeline::Pipeline').flatMap((pipeline) =>
    beforeApproval(pipeline).flatMap(({ category, configuration }) => {
      if (category === 'Build') {
        const name = dig(configuration, 'ProjectName');
        return projects
          .filter((project) => project.text('Name') === name || set.refOf(project) === name)
          .filter(runsRepository)
          .flatMap(roleOf);
      }
      if (category !== 'Deploy') return [];
      const role = dig(configuration, 'RoleArn');
      return world.holders.filter(({ arn }) => arn === role);
    }),
  );
}

/** The closed list of positions, with the roles that the templates give each. */
export function positionsOf(world: AttackWorld): Position[] {
  const held = (name: string, ...roles: string[]): Position => ({
    name,
    holders: roles.map((role) => world.holder(role)),
  });
  const { account, deliveryAccount } = world.config;
  const administrators = [account, deliveryAccount].map((each) => world.administrator(each));
  return [
    { name: 'client with an API key', holders: [] },
    ...FUNCTION_IDS.filter((id) => world.holders.some(({ name }) => name === id)).map((id) =>
      held(`function ${id}`, id),
    ),
    { name: 'administrator of dev', holders: [world.administrator(loadStageConfig('dev').account)] },
    { name: 'merge to the branch of releases', holders: [...new Set(heldByMerging(world))] },
    held('role of the pipeline', "delivery's pipeline"),
    held('role of its own update', "delivery's self-update"),
    held('auditor of delivery', "delivery's auditor"),
    ...PEOPLE.map((role) => held(role.replace('-', ' '), role)),
    { name: 'administrator of production', holders: administrators.slice(0, 1) },
    { name: 'administrator of delivery', holders: administrators.slice(1) },
    { name: 'insider of the management account', holders: administrators, aboveOrganization: true },
  ];
}
