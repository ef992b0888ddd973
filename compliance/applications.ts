import { delivery } from '../lib/config/delivery';
import { loadStageConfig } from '../lib/config/load';
import { RELEASED_STAGE, STAGE_NAMES } from '../lib/config/schema';
import { DELIVERY_PREFIX } from '../lib/names';

/** A part of the system that is deployed as a whole into one account; its stacks' names begin with its id. */
export interface Application {
  readonly id: string;
  /** What it is, for people. */
  readonly title: string;
}

const primaryId = (stage: string): string => `serverlessapp-${stage}`;
const recoveryId = (stage: string): string => `${primaryId(stage)}-recovery`;

/** The application of a stage in each region that a release brings it to. */
export const regionalApplicationIds = (stage: string): string[] =>
  stage === RELEASED_STAGE ? [primaryId(stage), recoveryId(stage)] : [primaryId(stage)];

/** What the gate evaluates together under the name of a stage: what the pipeline deploys with it, and what deploys it. */
export function applicationsOf(stage: string): Application[] {
  const primary = { id: primaryId(stage), title: 'The application' };
  if (stage !== RELEASED_STAGE) return [primary];
  return [
    primary,
    { id: recoveryId(stage), title: 'The application of the second region' },
    { id: DELIVERY_PREFIX, title: 'The pipeline and the evidence of releases' },
  ];
}

/** Keys and vault of the second region, and the hook before them, are deployed with the stage itself. */
const OURS = /^serverlessapp-(?:delivery|[a-z]+(?:-recovery(?!-foundation$|-guardrails$))?)(?=-|$)/;

/** The application that a stack belongs to, by its name; undefined for a stack that is not of this system. */
export const applicationIdOf = (stackName: string): string | undefined => OURS.exec(stackName)?.[0];

/** Whether a stack, by its name, is evaluated together with a stage. */
export function evaluatedWith(stage: string): (stackName: string) => boolean {
  const evaluated = applicationsOf(stage).map(({ id }) => id);
  return (stackName) => evaluated.includes(applicationIdOf(stackName) ?? '');
}

/** The accounts that the system is deployed to and delivered from: who of them may do what is reviewed, the rest is out. */
export const SYSTEM_ACCOUNTS: readonly string[] = [
  ...STAGE_NAMES.map((stage) => loadStageConfig(stage).account),
  delivery.account,
];
