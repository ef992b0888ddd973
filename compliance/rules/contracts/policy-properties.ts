/** Properties that say who may do what; they are evaluated with the requests, and are no edges themselves. */
export const POLICY_PROPERTIES: ReadonlySet<string> = new Set([
  'AccessPolicy',
  'AssumeRolePolicyDocument',
  'KeyPolicy',
  'Policies',
  'Policy',
  'PolicyDocument',
  'ResourcePolicy',
]);
