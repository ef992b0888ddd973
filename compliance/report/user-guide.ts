import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

/** What users of this system are told: its users are programs that call the API, and this is the API's document. */
export const USER_GUIDE = {
  file: 'documents/openapi.json',
  title: 'User’s guide: the API’s document, with every operation, field, bound and error',
  mediaType: 'application/json',
} as const;

/** The document as the repository has it. */
export const readUserGuide = (): [string, string] => [
  USER_GUIDE.file,
  readFileSync(path.join(PROJECT_ROOT, 'lambda', 'openapi', 'openapi.json'), 'utf8'),
];
