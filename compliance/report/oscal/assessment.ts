import { referenceOf } from '../../controls/requirement-id';
import { notProduced, type RequirementResult } from '../../controls/requirements';
import { describeHolders } from '../../controls/responsibilities';
import { describeParts, describeState } from '../describe-requirement';
import type { Evidence } from '../evidence';
import { controlId, DOCUMENTS, type Identifiers, identifiersOf, NAMESPACE, statementId } from './identifiers';
import { stackComponents } from './implementation';
import { metadata } from './metadata';
import { type Observation, observationsOf } from './observations';
import { risksOf } from './plan-of-action';

const assessed = ({ requirements }: Evidence): RequirementResult[] =>
  requirements.filter(({ state }) => state !== 'not assessed');

const reviewedControls = (evidence: Evidence): object => ({
  'control-selections': [
    {
      'include-controls': assessed(evidence).map(({ framework, id }) => ({
        'control-id': controlId(framework, id),
      })),
    },
  ],
});

const activity = (ids: Identifiers): object => ({
  uuid: ids.activity,
  title: 'npm run compliance',
  description:
    'Every engine of the gate evaluated the synthesized templates; the exceptions register was applied; results of tests were taken from runs on the same sources.',
  props: [
    { name: 'method', value: 'EXAMINE' },
    { name: 'method', value: 'TEST' },
  ],
});

/** The engines and the test runner, which are the actors behind the observations. */
const toolsOf = ({ identity }: Evidence, ids: Identifiers): object => ({
  components: [...identity.tools, { engine: 'jest', version: 'of the lock file' }].map(
    ({ engine, version }) => ({
      uuid: ids.of('tool', engine),
      type: 'software',
      title: engine,
      description: `Version ${version}.`,
      status: { state: 'operational' },
    }),
  ),
  'assessment-platforms': [{ uuid: ids.of('platform'), title: 'The machine that ran npm run compliance' }],
});

/** Assessment plan: what the gate puts to the system, and of which requirements it can say anything. */
export function assessmentPlan(evidence: Evidence): object {
  const ids = identifiersOf(evidence.identity);
  return {
    'assessment-plan': {
      uuid: ids.of('assessment-plan'),
      metadata: metadata(evidence.identity, 'assessment plan'),
      'import-ssp': { href: DOCUMENTS.systemSecurityPlan },
      'local-definitions': { activities: [activity(ids)] },
      'reviewed-controls': reviewedControls(evidence),
      'assessment-assets': toolsOf(evidence, ids),
      'assessment-subjects': [
        {
          type: 'component',
          'include-subjects': evidence.identity.stacks.map(({ name }) => ({
            'subject-uuid': ids.stack(name),
            type: 'component',
          })),
        },
      ],
    },
  };
}

/**
 * Assessment results: each requirement that something here bears on is a finding, each rule and test behind one an
 * observation. https://pages.nist.gov/OSCAL/learn/concepts/layer/assessment/assessment-results/
 * @param sums - SHA-256 of the pack's other files, by their place.
 */
export function assessmentResults(evidence: Evidence, sums: ReadonlyMap<string, string>): object {
  const { identity } = evidence;
  const ids = identifiersOf(identity);
  const observations = observationsOf(evidence, assessed(evidence), ids);
  const exceptions = new Set(assessed(evidence).flatMap((requirement) => requirement.exceptions));
  const risks = risksOf(
    evidence.exceptions.filter(({ id }) => exceptions.has(id)),
    ids,
  );
  return {
    'assessment-results': {
      uuid: ids.of('assessment-results', identity.generated, identity.commit.id),
      metadata: metadata(identity, 'assessment results'),
      'import-ap': { href: DOCUMENTS.assessmentPlan },
      'local-definitions': { activities: [activity(ids)] },
      results: [
        {
          uuid: ids.of('result', identity.generated, identity.commit.id),
          title: `Stage ${identity.stage}`,
          description: `Result of the gate: ${evidence.result}. "satisfied" is said where all that the requirement asks of this system's configuration is evidenced; the remarks say what is missing elsewhere. Requirements that nothing here can assess are listed in controls.csv.`,
          start: identity.generated,
          end: identity.generated,
          'local-definitions': {
            components: stackComponents(evidence, ids),
            'assessment-assets': toolsOf(evidence, ids),
            'inventory-items': inventory(observations, ids),
          },
          'reviewed-controls': reviewedControls(evidence),
          observations: observations.map(({ content }) => content),
          ...(risks.length > 0 && { risks }),
          findings: assessed(evidence).map((requirement) =>
            finding(requirement, evidence, observations, ids),
          ),
        },
      ],
      'back-matter': {
        resources: [...sums].map(([file, sum]) => ({
          uuid: ids.resource(file),
          title: file,
          rlinks: [{ href: `../${file}`, hashes: [{ algorithm: 'SHA-256', value: sum }] }],
        })),
      },
    },
  };
}

/** The resources that an observation is about; OSCAL asks for at least one. */
const inventory = (observations: readonly Observation[], ids: Identifiers): object[] => {
  const items = new Map(
    observations
      .flatMap(({ subjects }) => subjects)
      .map((subject) => [ids.item(subject.stack, subject.resource), subject]),
  );
  return [...items].map(([uuid, { stack, resource, type }]) => ({
    uuid,
    description: `${type ?? 'resource'} ${resource} of ${stack}`,
    props: [{ name: 'asset-id', value: resource }],
    'implemented-components': [
      { 'component-uuid': ids.stack(stack), props: [{ name: 'asset-id', value: resource }] },
    ],
  }));
};

function finding(
  requirement: RequirementResult,
  evidence: Evidence,
  observations: readonly Observation[],
  ids: Identifiers,
): object {
  const reference = referenceOf(requirement);
  const missing = notProduced(requirement);
  const related = observations.filter(({ requirements }) => requirements.has(reference));
  const exceptions = evidence.exceptions.filter(({ id }) => requirement.exceptions.includes(id));
  return {
    uuid: ids.finding(reference),
    title: reference,
    description: `${requirement.title}: ${requirement.state}`,
    ...(missing.length > 0 && {
      props: missing.map((source) => ({ name: 'not-produced', ns: NAMESPACE, value: source })),
    }),
    target: {
      type: 'statement-id',
      'target-id': statementId(requirement.framework, requirement.id),
      status: {
        state: requirement.state === 'full' ? 'satisfied' : 'not-satisfied',
        reason: requirement.state === 'full' ? 'pass' : requirement.state === 'not met' ? 'fail' : 'other',
        remarks: remarksOf(requirement),
      },
    },
    'related-observations': related.map(({ uuid }) => ({ 'observation-uuid': uuid })),
    ...(exceptions.length > 0 && {
      'related-risks': exceptions.map(({ id }) => ({ 'risk-uuid': ids.risk(id) })),
    }),
  };
}

function remarksOf(requirement: RequirementResult): string {
  const shown = describeParts(requirement);
  const rest = requirement.state === 'full' ? '' : ` Held by: ${describeHolders(requirement.holders)}.`;
  return `${describeState(requirement)} ${shown === '' ? 'No narrative claims it.' : `${shown}.`}${rest}`;
}
