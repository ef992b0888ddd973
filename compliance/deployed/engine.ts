/** The engine of the rows that were won from an account, not from templates. */
export const DEPLOYED = 'deployed';
export const DEPLOYED_VERSION = '1';
