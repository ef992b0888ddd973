/** Every function of the application; names, roles, groups and bundles are derived from these. */
export const FUNCTION_IDS = [
  'upload',
  'query',
  'intake',
  'analyze',
  'classifyAndLog',
  'organise',
  'erase',
  'notify',
  'detectionStream',
] as const;
export type FunctionId = (typeof FUNCTION_IDS)[number];
