import { GATE_COMMANDS, GATE_OPTIONS } from '../../../gate-options';
import { PACK_PURPOSES } from '../../../../lib/names';
import { dig } from '../model/dig';
import type { Resource } from '../model/resource';
import type { ProofRows } from '../proof-rows';
import type { AttackWorld } from './attack-world';
import { commandsOf, projectOf, runs, runsRepository } from './build-commands';
import { type Action, isApproval, stepsOf } from './release-order';
import { ATTACK_RULES } from './rules';

/** Where the releases stand that people let in, and what brings a build to the code of one. */
const FINDS_RELEASE = 'packs/released/';
const TAKES_RELEASE = 'git checkout --quiet --force';
const EVALUATES = 'npm run compliance';

/**
 * Whether a build evaluates with the code of the last release: it looks up which that is and goes there before it runs
 * anything of the repository.
 */
function usesReleasedGate(project: Resource): boolean {
  const commands = commandsOf(project);
  if (commands === undefined) return false;
  const [before = '', ...after] = commands.split(TAKES_RELEASE);
  return before.includes(FINDS_RELEASE) && !runs(before) && after.join(' ').includes(EVALUATES);
}

/** A call of the gate, up to what ends it in a shell, and words that one is given later. */
const ASKED = /(?:npm run(?: -s| --silent)? compliance --|set --) +([^;|&>]*)/g;

/**
 * What a build asks the code of the last release that this gate does not understand. Once people let that in, this gate is the
 * last release's: no release after it could be evaluated, and none change the pipeline back.
 */
function notUnderstood(project: Resource): string[] {
  const [, ...after] = (commandsOf(project) ?? '').split(TAKES_RELEASE);
  const calls = [...after.join(' ').replace(/["']/g, '').matchAll(ASKED)].map(([, words = '']) =>
    words.trim().split(/[\s=]+/),
  );
  const options = calls.flat().filter((word) => /^--?[a-z]/.test(word));
  const purposes = calls.flatMap((words) => words.filter((_, at) => words[at - 1] === '--purpose'));
  const commands = calls.flatMap(([word = '']) => (/^[a-z]/.test(word) ? [word] : []));
  return [
    ...options.filter((option) => !Object.hasOwn(GATE_OPTIONS, option.replace(/^--?/, ''))),
    ...purposes.filter((purpose) => /^[a-z]/.test(purpose) && !Object.hasOwn(PACK_PURPOSES, purpose)),
    ...commands.filter((command) => !(GATE_COMMANDS as readonly string[]).includes(command)),
  ];
}

/** Namespaces of the actions whose variables an approval shows. The pipeline's own are its word, not a build's. */
const quoted = ({ configuration }: Action): string[] =>
  [
    ...new Set(
      [...JSON.stringify(configuration).matchAll(/#\{([^.}]*)/g)].map(([, namespace = '']) => namespace),
    ),
  ].filter((namespace) => namespace !== 'codepipeline');

/**
 * A gate that a merge changed speaks for itself. So what a merge makes is evaluated by the gate of the last release, too, and
 * each approval says what that gate said, by the word of a build that runs nothing of either; whatever else it shows is such
 * a build's word, too, for a sentence of the merge's own would speak for the merge.
 */
export function evaluateRecheck(rows: ProofRows, world: AttackWorld, pipeline: Resource): void {
  const { set } = world.delivery;
  const steps = stepsOf(pipeline);
  const first = steps.findIndex((step) => step.some(isApproval));
  const builds = steps.flatMap((step, order) =>
    step
      .filter(({ category }) => category === 'Build')
      .map((action) => ({ action, order, projects: projectOf(set, action.configuration) })),
  );
  const before = builds.filter(({ order }) => order < first);
  const gates = before.filter(({ projects }) => projects.some(usesReleasedGate));
  /** Those that run nothing of the repository, and so may speak for a release. */
  const honest = builds.filter(({ projects }) => projects.length > 0 && !projects.some(runsRepository));
  /** Whether one of them that is handed a released gate's word hands it on. */
  const tells = ({ configuration }: Action): boolean =>
    honest
      .filter(({ action, order }) =>
        gates.some(
          (gate) =>
            order < first &&
            gate.order < order &&
            gate.action.outputs.some((output) => action.inputs.includes(output)),
        ),
      )
      .some(({ action }) =>
        JSON.stringify(dig(configuration, 'CustomData') ?? '').includes(`#{${action.namespace}.RECHECK}`),
      );
  const named = `pipeline ${set.refOf(pipeline)}`;
  rows.evaluate(
    ATTACK_RULES.rechecked,
    { resource: `${named}: before anybody approves`, resourceType: 'builds' },
    gates.length > 0 ? [] : ['only the gate that a merge may have changed evaluates what it makes'],
    `the gate of the last release evaluates it too, in ${gates.map(({ action }) => action.name).join(', ')}`,
  );
  for (const project of set.resources('AWS::CodeBuild::Project').filter(usesReleasedGate))
    rows.evaluate(
      ATTACK_RULES.rechecked,
      { resource: set.refOf(project), resourceType: project.type },
      notUnderstood(project).map(
        (word) =>
          `it asks the gate of the last release for ${word}, which this one does not know, so that no release after it could be evaluated; let in a gate that knows it first`,
      ),
      'asks the gate of the last release what this one understands',
    );
  for (const approval of steps.flat().filter(isApproval))
    rows.evaluate(
      ATTACK_RULES.rechecked,
      { resource: `${named}: ${approval.stage}/${approval.name}`, resourceType: 'approval' },
      [
        ...(tells(approval) ? [] : ['it does not say what the gate of the last release said']),
        ...quoted(approval)
          .filter((namespace) => !honest.some(({ action }) => action.namespace === namespace))
          .map((namespace) => `${namespace} writes into what is read, and may run code of the release`),
      ],
      'says what the gate of the last release said, and nothing by the word of a build that runs the release',
    );
}
