import type { Identity } from '../evidence';
import { uuidOf } from '../uuid';

/** The version of OSCAL that the documents follow. https://pages.nist.gov/OSCAL/ */
export const OSCAL_VERSION = '1.2.1';

export const PARTY = uuidOf('party', 'image-platform');

/** OSCAL names a control with a token: a letter first, then letters, digits, `.`, `-`, `_`. */
export const controlToken = (framework: string, id: string): string =>
  `${framework}_${id}`.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/_+$/, '');

/** The token by which NIST's own catalogue knows a control: `AC-2(1)` is `ac-2.1`; statements stay below it. */
export const catalogControl = (framework: string, id: string): string =>
  framework === 'NIST-800-53-R5'
    ? id
        .toLowerCase()
        .replace(/\((\d+)\)/g, '.$1')
        .replace(/\(([a-z])\)/g, '_smt.$1')
    : controlToken(framework, id);

export function metadata(identity: Identity, title: string): object {
  return {
    title,
    'last-modified': identity.generated,
    version: identity.commit.id,
    'oscal-version': OSCAL_VERSION,
    roles: [{ id: 'responsible', title: 'Responsible for the system' }],
    parties: [{ uuid: PARTY, type: 'organization', name: 'Image Platform' }],
    'responsible-parties': [{ 'role-id': 'responsible', 'party-uuids': [PARTY] }],
  };
}
