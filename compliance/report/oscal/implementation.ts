import { FRAMEWORKS } from '../../controls/requirement-id';
import type { RequirementResult } from '../../controls/requirements';
import { describeHolders } from '../../controls/responsibilities';
import { describeParts, describeState } from '../describe-requirement';
import type { Evidence } from '../evidence';
import { controlId, DOCUMENTS, type Identifiers, identifiersOf } from './identifiers';
import { metadata } from './metadata';

const claimed = ({ requirements }: Evidence): RequirementResult[] =>
  requirements.filter(({ parts }) => parts.length > 0);

/** Component definition: what the system claims to do for each requirement that a narrative names. */
export function componentDefinition(evidence: Evidence): object {
  const { identity } = evidence;
  const ids = identifiersOf(identity);
  const implementations = FRAMEWORKS.flatMap((framework) => {
    const own = claimed(evidence).filter((requirement) => requirement.framework === framework);
    if (own.length === 0) return [];
    return [
      {
        uuid: ids.of('control-implementation', framework),
        source: DOCUMENTS.profile,
        description: `What this system does for ${framework}.`,
        'implemented-requirements': own.map((requirement) => ({
          uuid: ids.of('implemented-requirement', framework, requirement.id),
          'control-id': controlId(framework, requirement.id),
          description: describeParts(requirement),
          remarks: describeState(requirement),
        })),
      },
    ];
  });
  return {
    'component-definition': {
      uuid: ids.of('component-definition'),
      metadata: metadata(identity, 'component definition'),
      components: [
        {
          uuid: ids.thisSystem,
          type: 'software',
          title: 'serverlessapp',
          description: WHAT_IT_IS,
          ...(implementations.length > 0 && { 'control-implementations': implementations }),
        },
      ],
    },
  };
}

const WHAT_IT_IS = 'Image detector on AWS: API, functions, workflow and stores, deployed by CloudFormation.';

/**
 * OSCAL's word for what the gate found. `implemented` is said of nothing that is evidenced only in part, and nothing is said
 * where no evidence was produced, or nothing is claimed: a claim that nothing shows is no plan either, and an open finding
 * about a control that nobody claims implements no part of it.
 */
export const implementationState = ({
  state,
  parts,
}: Pick<RequirementResult, 'state' | 'parts'>): 'implemented' | 'partial' | undefined =>
  state === 'not assessed' || parts.length === 0 ? undefined : state === 'full' ? 'implemented' : 'partial';

/** What this system does for a claimed requirement, as part of a plan. */
export function byThisSystem(requirement: RequirementResult, ids: Identifiers, uuid: string): object {
  const state = implementationState(requirement);
  return {
    'component-uuid': ids.thisSystem,
    uuid,
    description: describeParts(requirement),
    ...(state !== undefined && { 'implementation-status': { state, remarks: describeState(requirement) } }),
  };
}

/** The stacks as components. They were evaluated as templates: whether they are deployed is not known here. */
export const stackComponents = ({ identity }: Evidence, ids: Identifiers): object[] =>
  identity.stacks.map(({ name, environment, sha256 }) => ({
    uuid: ids.stack(name),
    type: 'software',
    title: name,
    description: `CloudFormation stack for ${environment}, evaluated as a template with SHA-256 ${sha256}.`,
    status: { state: 'other', remarks: 'Evaluated as a template; whether it is deployed is not known here.' },
  }));

/** System security plan: the system as the templates describe it, and what it does for each claimed requirement. */
export function systemSecurityPlan(evidence: Evidence): object {
  const { identity } = evidence;
  const ids = identifiersOf(identity);
  return {
    'system-security-plan': {
      uuid: ids.of('system-security-plan'),
      metadata: metadata(identity, 'system security plan'),
      'import-profile': { href: DOCUMENTS.profile },
      'system-characteristics': {
        'system-ids': [{ 'identifier-type': 'https://ietf.org/rfc/rfc4122', id: ids.system }],
        'system-name': 'serverlessapp',
        description: WHAT_IT_IS,
        'system-information': {
          'information-types': [
            {
              uuid: ids.of('information-type'),
              title: 'Pictures and what was recognised in them',
              description: 'Pictures of clients, with labels, confidence and opaque ids.',
            },
          ],
        },
        status: {
          state: 'other',
          remarks:
            'This plan is made from templates; the authorization of a deployed system is the organisation’s.',
        },
        'authorization-boundary': {
          description: `The stacks ${identity.stacks.map(({ name }) => name).join(', ')} in ${identity.accounts.join(', ')}.`,
        },
      },
      'system-implementation': {
        users: [{ uuid: ids.user, title: 'People', 'role-ids': ['responsible'] }],
        components: [
          {
            uuid: ids.thisSystem,
            type: 'this-system',
            title: 'serverlessapp',
            description: WHAT_IT_IS,
            status: { state: 'other', remarks: 'Evaluated as templates.' },
          },
          ...stackComponents(evidence, ids),
        ],
      },
      'control-implementation': {
        description: 'What this system does itself; who holds the rest stands in the remarks.',
        'implemented-requirements': claimed(evidence).map((requirement) => ({
          uuid: ids.of('ssp-requirement', requirement.framework, requirement.id),
          'control-id': controlId(requirement.framework, requirement.id),
          'by-components': [
            byThisSystem(requirement, ids, ids.of('by-component', requirement.framework, requirement.id)),
          ],
          remarks: `${describeState(requirement)} Held by: ${describeHolders(requirement.holders)}.`,
        })),
      },
    },
  };
}

/** Whether the chain from the system security plan on can be made: OSCAL has no plan for a system that claims nothing. */
export const claimsAnything = (evidence: Evidence): boolean => claimed(evidence).length > 0;
