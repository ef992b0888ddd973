import { dirname, join } from 'node:path';

/** The root of the work tree. */
export const PROJECT_ROOT = dirname(dirname(__dirname));
/** Tools that the project installs for itself; ignored by Git. */
export const TOOLS_DIRECTORY = join(PROJECT_ROOT, '.tools');
/** What can be made again at any time; ignored by Git. */
export const CACHE_DIRECTORY = join(PROJECT_ROOT, '.cache');
