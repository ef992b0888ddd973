import path from 'node:path';
import type { Baseline } from '../../../controls/catalogues';
import { referenceOf } from '../../../controls/requirement-id';
import type { RequirementResult } from '../../../controls/requirements';
import { describeHolders, type Holder } from '../../../controls/responsibilities';
import { describeState } from '../../describe-requirement';
import type { Evidence } from '../../evidence';
import { PICTURES, readPictures } from '../../pictures';
import { readUserGuide, USER_GUIDE } from '../../user-guide';
import { controlId, DOCUMENTS, type Identifiers, identifiersOf } from '../identifiers';
import { byThisSystem, implementationState } from '../implementation';
import { metadata } from '../metadata';
import { characteristics } from './characteristics';
import { factsOf } from './facts';
import { inventoryItems } from './inventory';
import { FEDRAMP_ROLES, type SystemOwner } from './owner';
import { fedrampProp, OWNER_PLACEHOLDER } from './properties';
import { users } from './users';

const SVG = 'image/svg+xml';
const titleOf = (picture: string): string => PICTURES.find(({ file }) => file === picture)?.title ?? picture;

/** The baseline of the highest of the three security objectives; Moderate as long as nobody has categorized the system. */
function baselineOf({ baselines, systemOwner: { categorization } }: Evidence): Baseline {
  const levels = Object.values(categorization ?? { none: 'moderate' });
  const title = levels.includes('high') ? 'High' : levels.includes('moderate') ? 'Moderate' : 'Low';
  const found = baselines.find((baseline) => baseline.title === `FedRAMP ${title}`);
  if (found === undefined) throw new Error(`There is no baseline FedRAMP ${title}.`);
  return found;
}

/** The selection of one FedRAMP baseline from the catalogue of the pack. */
export function fedrampProfile(evidence: Evidence): object {
  const baseline = baselineOf(evidence);
  return {
    profile: {
      uuid: identifiersOf(evidence.identity).of('fedramp-profile'),
      metadata: metadata(evidence.identity, baseline.title),
      imports: [
        {
          href: DOCUMENTS.catalog,
          'include-controls': [
            { 'with-ids': baseline.controls.map((id) => controlId('NIST-800-53-R5', id)) },
          ],
        },
      ],
      merge: { 'as-is': true },
    },
  };
}

/**
 * System security plan in FedRAMP's form, a draft: it holds what the templates tell and what the system owner has written
 * in {@link OWNER_FILE}. What neither says is missing, and the remarks say that it is to be given.
 * https://github.com/GSA/fedramp-automation
 */
export function fedrampPlan(evidence: Evidence): object {
  const { identity, systemOwner: owner } = evidence;
  const ids = identifiersOf(identity);
  const baseline = baselineOf(evidence);
  return {
    'system-security-plan': {
      uuid: ids.of('fedramp-plan'),
      metadata: fedrampMetadata(evidence, ids),
      'import-profile': { href: DOCUMENTS.fedrampProfile },
      'system-characteristics': characteristics(evidence, ids, baseline.title),
      'system-implementation': {
        ...(owner.leveraged !== undefined && {
          'leveraged-authorizations': [
            {
              uuid: ids.of('leveraged'),
              title: owner.leveraged.title,
              props: [fedrampProp('leveraged-system-identifier', owner.leveraged.id)],
              'party-uuid': ids.of('party', 'provider'),
              'date-authorized': owner.leveraged.authorized,
            },
          ],
        }),
        users: users(evidence, ids),
        components: components(ids),
        'inventory-items': inventoryItems(evidence, ids),
      },
      'control-implementation': {
        description:
          'What the gate found for each control of the baseline. Where nothing in the templates tells, the remarks say who holds the control; its implementation is to be given by the system owner.',
        'implemented-requirements': baseline.controls.map((id) => implemented(id, evidence, ids)),
      },
      'back-matter': {
        resources: [
          ...readPictures().map((picture) => attached(ids, picture, 'image', SVG, titleOf(picture[0]))),
          attached(ids, readUserGuide(), 'users-guide', USER_GUIDE.mediaType, USER_GUIDE.title),
        ],
      },
    },
  };
}

/** A file of the pack, which FedRAMP wants within the plan as well. */
const attached = (
  ids: Identifiers,
  [file, content]: readonly [string, string],
  type: string,
  mediaType: string,
  title: string,
): object => ({
  uuid: ids.resource(file),
  title,
  props: [{ name: 'type', value: type }],
  rlinks: [{ href: `../${file}`, 'media-type': mediaType }],
  base64: {
    filename: path.basename(file),
    'media-type': mediaType,
    value: Buffer.from(content).toString('base64'),
  },
});

function fedrampMetadata({ identity, narratives, systemOwner: owner }: Evidence, ids: Identifiers): object {
  const people = Object.entries(owner.people ?? {});
  const teams = [...new Set(narratives.map(({ owner: role }) => role))].sort();
  return {
    ...metadata(identity, 'draft of a FedRAMP system security plan'),
    remarks: `A draft. What is missing is to be given by the system owner in policies/system-owner.yaml; nothing stands in its place.`,
    roles: [
      ...Object.entries(FEDRAMP_ROLES).map(([id, title]) => ({ id, title })),
      ...teams.map((id) => ({ id, title: `Role ${id} of policies/roles.yaml` })),
    ],
    parties: [
      { uuid: ids.party, type: 'organization', name: 'Image Platform' },
      ...teams.map((role) => ({ uuid: ids.of('party', role), type: 'organization', name: role })),
      ...people.map(([role, name]) => ({ uuid: ids.of('person', role), type: 'person', name })),
      ...(owner.leveraged === undefined
        ? []
        : [{ uuid: ids.of('party', 'provider'), type: 'organization', name: owner.leveraged.provider }]),
    ],
    'responsible-parties': [
      ...people.map(([role]) => ({ 'role-id': role, 'party-uuids': [ids.of('person', role)] })),
      ...teams.map((role) => ({ 'role-id': role, 'party-uuids': [ids.of('party', role)] })),
    ],
  };
}

const components = (ids: Identifiers): object[] => [
  {
    uuid: ids.thisSystem,
    type: 'this-system',
    title: 'serverlessapp',
    description: 'The system as a whole: API, functions, workflow and stores, deployed by CloudFormation.',
    props: [{ name: 'asset-type', value: 'serverless-application' }],
    links: [{ href: `#${ids.resource(USER_GUIDE.file)}`, rel: 'reference' }],
    status: { state: 'other', remarks: 'Evaluated as templates; whether it is deployed is not known here.' },
  },
  {
    uuid: ids.of('component', 'kms-module'),
    type: 'validation',
    title: 'AWS Key Management Service HSM',
    description:
      'The module behind every key of the system; AWS names its certificate: https://docs.aws.amazon.com/kms/latest/developerguide/kms-internals.html',
    props: [
      { name: 'asset-type', value: 'cryptographic-module' },
      { name: 'validation-reference', value: '4884' },
    ],
    links: [
      {
        href: 'https://csrc.nist.gov/projects/cryptographic-module-validation-program/certificate/4884',
        rel: 'validation-details',
      },
    ],
    status: { state: 'operational' },
  },
];

const ORIGINS: Readonly<Record<Holder['who'], string>> = {
  application: 'sp-system',
  process: 'sp-system',
  organisation: 'sp-corporate',
  AWS: 'inherited',
};

function implemented(id: string, evidence: Evidence, ids: Identifiers): object {
  const owner = evidence.systemOwner;
  const framework = 'NIST-800-53-R5' as const;
  const found = evidence.requirements.find((one) => referenceOf(one) === `${framework}:${id}`);
  if (found === undefined) throw new Error(`${id} is in no catalogue.`);
  const component = ids.of('fedramp-by-component', id);
  const facts = [factsOf(id, evidence) ?? []].flat();
  const origins = [...new Set(found.holders.map(({ who }) => ORIGINS[who]))];
  const roles = [
    ...new Set(
      found.parts.flatMap(
        ({ narrative }) => evidence.narratives.find((one) => one.id === narrative)?.owner ?? [],
      ),
    ),
  ];
  return {
    uuid: ids.of('fedramp-requirement', id),
    'control-id': controlId(framework, id),
    props: [
      ...statusOf(found, owner),
      ...origins.map((value) => fedrampProp('control-origination', value)),
      ...(origins.includes('inherited') && owner.leveraged !== undefined
        ? [fedrampProp('leveraged-authorization-uuid', ids.of('leveraged'))]
        : []),
    ],
    'responsible-roles':
      roles.length > 0
        ? roles.map((role) => ({ 'role-id': role, 'party-uuids': [ids.of('party', role)] }))
        : [
            {
              'role-id': 'system-owner',
              ...(owner.people?.['system-owner'] !== undefined && {
                'party-uuids': [ids.of('person', 'system-owner')],
              }),
            },
          ],
    // OSCAL wants the system's part of each; of what nothing here claims, the owner has to say it.
    'by-components': [
      found.parts.length > 0
        ? byThisSystem(found, ids, component)
        : {
            'component-uuid': ids.thisSystem,
            uuid: component,
            description: [...facts, `Implementation: ${OWNER_PLACEHOLDER}.`].join(' '),
          },
    ],
    remarks: [
      ...facts,
      ...(implementationState(found) === undefined ? [`Implementation: ${OWNER_PLACEHOLDER}.`] : []),
      describeState(found),
      `Held by: ${describeHolders(found.holders)}.`,
    ].join(' '),
  };
}

/** FedRAMP's words for what the gate found; none for what nothing here can tell. */
function statusOf(requirement: RequirementResult, { completeBy }: SystemOwner): object[] {
  const state = implementationState(requirement);
  if (state === undefined) return [];
  const status = { ...fedrampProp('implementation-status', state), remarks: describeState(requirement) };
  if (state === 'implemented' || completeBy === undefined) return [status];
  return [
    status,
    {
      ...fedrampProp('implementation-status', 'planned'),
      remarks: 'The rest, as the system owner plans it.',
    },
    fedrampProp('planned-completion-date', completeBy),
  ];
}
