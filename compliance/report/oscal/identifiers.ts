import type { Framework } from '../../controls/requirement-id';
import type { Identity } from '../evidence';
import { uuidOf } from '../uuid';

export const NAMESPACE = 'https://serverlessapp.example.com/ns/oscal';

/** Documents of the chain, beside each other in `oscal/`; each imports the one before by its name. */
export const DOCUMENTS = {
  catalog: 'catalog.json',
  profile: 'profile.json',
  componentDefinition: 'component-definition.json',
  systemSecurityPlan: 'system-security-plan.json',
  assessmentPlan: 'assessment-plan.json',
  assessmentResults: 'assessment-results.json',
  planOfAction: 'plan-of-action-and-milestones.json',
  /** Beside the chain: one FedRAMP baseline, and a draft of the plan that FedRAMP asks for. */
  fedrampProfile: 'fedramp-profile.json',
  fedrampPlan: 'fedramp-system-security-plan.json',
} as const;

/** OSCAL names a control with a token: a letter first, then letters, digits, `.`, `-`, `_`. */
const token = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/_+$/, '');

/** The token by which the catalogue of the pack knows a requirement; NIST's are NIST's own (`AC-2(1)` is `ac-2.1`). */
export const controlId = (framework: Framework, id: string): string =>
  framework === 'NIST-800-53-R5'
    ? id.toLowerCase().replace(/\((\d+)\)/g, '.$1')
    : token(`${framework}_${id}`);

/** A control's statement in the catalogue, which is what findings are about: the lists have no objectives. */
export const statementId = (framework: Framework, id: string): string => `${controlId(framework, id)}_smt`;

/** UUIDs of one stage's documents: the same thing has the same UUID in every pack of the stage. */
export const identifiersOf = ({ stage }: Identity) => ({
  party: uuidOf('party', 'image-platform'),
  system: uuidOf(stage, 'system'),
  thisSystem: uuidOf(stage, 'component', 'this-system'),
  user: uuidOf(stage, 'user'),
  activity: uuidOf(stage, 'activity', 'gate'),
  stack: (name: string): string => uuidOf(stage, 'component', name),
  item: (stack: string, resource: string): string => uuidOf(stage, 'inventory-item', stack, resource),
  observation: (source: string): string => uuidOf(stage, 'observation', source),
  finding: (reference: string): string => uuidOf(stage, 'finding', reference),
  risk: (exception: string): string => uuidOf(stage, 'risk', exception),
  resource: (file: string): string => uuidOf(stage, 'resource', file),
  of: (...name: string[]): string => uuidOf(stage, ...name),
});
export type Identifiers = ReturnType<typeof identifiersOf>;
