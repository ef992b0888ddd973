import { FRAMEWORKS } from '../../controls/frameworks';
import type { Evidence } from '../evidence';
import { uuidOf } from '../uuid';
import { catalogControl, metadata } from './metadata';

/** Where each framework is published: the source that the implementations refer to. */
const SOURCES: Readonly<Record<(typeof FRAMEWORKS)[number], string>> = {
  SOC2: 'https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022',
  HIPAA: 'https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164/subpart-C',
  GDPR: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
  'NIST-800-53-R5':
    'https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/NIST_SP-800-53_rev5_catalog.json',
  'PCI-DSS-4.0': 'https://www.pcisecuritystandards.org/document_library/',
};

/** OSCAL component definition: what the system claims to do for each requirement that a narrative names. */
export function componentDefinition({ identity, narratives, requirements }: Evidence): object {
  const implementations = FRAMEWORKS.flatMap((framework) => {
    const claimed = requirements.filter((r) => r.framework === framework && r.narratives.length > 0);
    if (claimed.length === 0) return [];
    return [
      {
        uuid: uuidOf('control-implementation', framework),
        source: SOURCES[framework],
        description: `What this system does for ${framework}.`,
        'implemented-requirements': claimed.map((requirement) => ({
          uuid: uuidOf('implemented-requirement', framework, requirement.id),
          'control-id': catalogControl(framework, requirement.id).replace(/_smt.*$/, ''),
          description: narratives
            .filter(({ id }) => requirement.narratives.includes(id))
            .map(({ id, claim }) => `${id}: ${claim}`)
            .join(' '),
          remarks: `State in this pack: ${requirement.state}.`,
        })),
      },
    ];
  });
  return {
    'component-definition': {
      uuid: uuidOf('component-definition', identity.generated, identity.commit.id),
      metadata: metadata(identity, `${identity.title}: component definition`),
      components: [
        {
          uuid: uuidOf('component', 'serverlessapp'),
          type: 'software',
          title: 'serverlessapp',
          description:
            'Image detector on AWS: API, functions, workflow and stores, deployed by CloudFormation.',
          ...(implementations.length > 0 && { 'control-implementations': implementations }),
        },
      ],
    },
  };
}
