import type { Identity } from '../evidence';
import { identifiersOf } from './identifiers';

/** The version of OSCAL that the documents follow. https://pages.nist.gov/OSCAL/ */
const OSCAL_VERSION = '1.2.1';

export function metadata(identity: Identity, title: string): object {
  const { party } = identifiersOf(identity);
  return {
    title: `${identity.title}: ${title}, stage ${identity.stage}`,
    'last-modified': identity.generated,
    version: identity.commit.id,
    'oscal-version': OSCAL_VERSION,
    roles: [{ id: 'responsible', title: 'Responsible for the system' }],
    parties: [{ uuid: party, type: 'organization', name: 'Image Platform' }],
    'responsible-parties': [{ 'role-id': 'responsible', 'party-uuids': [party] }],
  };
}
