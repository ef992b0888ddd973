import type { Evidence } from '../../evidence';
import { type Picture, PICTURES } from '../../pictures';
import type { Identifiers } from '../identifiers';
import type { SystemOwner } from './owner';
import { fedrampProp, OWNER_PLACEHOLDER } from './properties';

const DESCRIPTION =
  'Clients upload pictures by a REST API and learn whether they show a cat or a dog. Functions in isolated subnets check each picture, a workflow has it labelled, decides, records the decision, moves the picture to its folder and asks a person when it is not sure. Pictures and records are encrypted with customer-managed keys.';

/** What the system is, from the templates; how sensitive it is, from the system owner only. */
export function characteristics(
  { identity, systemOwner: owner }: Evidence,
  ids: Identifiers,
  baseline: string,
): object {
  const { categorization, assuranceLevels } = owner;
  const diagram = (of: Picture['shows']) => ({
    diagrams: PICTURES.filter(({ shows }) => shows === of).map(({ file, title }) => ({
      uuid: ids.of('diagram', file),
      description: title,
      links: [{ href: `#${ids.resource(file)}`, rel: 'diagram' }],
      caption: title,
    })),
  });
  return {
    'system-ids': [
      owner.systemId === undefined
        ? { 'identifier-type': 'https://ietf.org/rfc/rfc4122', id: ids.system }
        : { 'identifier-type': 'https://fedramp.gov', id: owner.systemId },
    ],
    'system-name': 'serverlessapp',
    'system-name-short': 'serverlessapp',
    description: DESCRIPTION,
    props: [
      { name: 'cloud-service-model', value: 'saas' },
      { name: 'cloud-deployment-model', value: 'public-cloud' },
      ...(owner.authorizationType === undefined
        ? []
        : [fedrampProp('authorization-type', owner.authorizationType)]),
      ...(assuranceLevels === undefined
        ? []
        : Object.entries(assuranceLevels).map(([kind, value]) => ({
            name: `${kind}-assurance-level`,
            value,
          }))),
    ],
    ...(categorization !== undefined && {
      'security-sensitivity-level': `fips-199-${baseline.replace('FedRAMP ', '').toLowerCase()}`,
    }),
    'system-information': {
      'information-types': owner.informationTypes?.map((type) => informationType(type, ids)) ?? [
        {
          uuid: ids.of('information-type'),
          title: 'Pictures and what was recognised in them',
          description: `Pictures of clients, with labels, confidence and opaque ids. Its type in NIST SP 800-60 and its impacts: ${OWNER_PLACEHOLDER}.`,
        },
      ],
    },
    ...(categorization !== undefined && {
      'security-impact-level': Object.fromEntries(
        Object.entries(categorization).map(([objective, value]) => [
          `security-objective-${objective}`,
          `fips-199-${value}`,
        ]),
      ),
    }),
    status: {
      state: 'other',
      remarks:
        'This plan is made from templates; whether they are deployed and authorized is not known here.',
    },
    'authorization-boundary': {
      description: `The stacks ${identity.stacks.map(({ name }) => name).join(', ')} in ${identity.accounts.join(', ')}.`,
      ...diagram('boundary'),
    },
    'network-architecture': {
      description: 'Isolated subnets without a way to the internet; AWS is reached by VPC endpoints.',
      ...diagram('network'),
    },
    'data-flow': {
      description: 'What happens to a picture from its upload to the answer and to its erasure.',
      ...diagram('data flow'),
    },
    remarks:
      `Drawn up for ${baseline}. ${categorization === undefined ? `The categorization by FIPS 199: ${OWNER_PLACEHOLDER}.` : ''}`.trim(),
  };
}

const informationType = (
  { id, title, description, ...impacts }: NonNullable<SystemOwner['informationTypes']>[number],
  ids: Identifiers,
) => ({
  uuid: ids.of('information-type', id),
  title,
  description,
  categorizations: [{ system: 'https://doi.org/10.6028/NIST.SP.800-60v2r1', 'information-type-ids': [id] }],
  ...Object.fromEntries(
    Object.entries(impacts).map(([objective, value]) => [
      `${objective}-impact`,
      { base: `fips-199-${value}`, selected: `fips-199-${value}` },
    ]),
  ),
});
