import { dig, listOf } from '../model/dig';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';

/**
 * Commands that are the repository's, or run it: whoever merges says what they do. No list of these is whole, so that what a build is
 * told is compared with what was reviewed, too (pipeline-summary.ts).
 */
const RUNS_REPOSITORY =
  /(?:^|[\s;&|(])(?:(?:npm|npx|node|yarn|python3?|perl|ruby|php|make|(?:ba|da|k|z)?sh)(?=[\s;]|$)|\.\/\w)/;

/** The project of a build's action: none where it is not in the templates. */
export const projectOf = (set: TemplateSet, configuration: unknown): Resource[] => {
  const name = dig(configuration, 'ProjectName');
  return set
    .resources('AWS::CodeBuild::Project')
    .filter((project) => project.text('Name') === name || set.refOf(project) === name);
};

/**
 * What a build's shell is told, in a line, phase after phase; undefined where its commands do not stand in the template, but in
 * what it is given.
 */
export function commandsOf(project: Resource): string | undefined {
  const spec = dig(project.property('Source'), 'BuildSpec');
  if (typeof spec !== 'string') return undefined;
  try {
    const phases: unknown = dig(JSON.parse(spec), 'phases');
    return ['install', 'pre_build', 'build', 'post_build']
      .flatMap((phase) => listOf(dig(phases, phase, 'commands')))
      .join(' ; ')
      .replaceAll('\n', ' ; ');
  } catch {
    return undefined;
  }
}

/** Whether text of a shell runs what is the repository's. */
export const runs = (commands: string): boolean => RUNS_REPOSITORY.test(commands.replace(/["']/g, ' '));

/** Whether a build runs what is the repository's, or may. */
export const runsRepository = (project: Resource): boolean => {
  const commands = commandsOf(project);
  return commands === undefined || runs(commands);
};
