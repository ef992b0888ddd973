const ROLE = /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/**
 * Whether the caller whom API Gateway names is a session of a role. Another account may have a role of the same name, so
 * that the account counts too.
 * @param userArn `requestContext.identity.userArn`: of a session `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`; absent
 * unless IAM let the caller in
 * @param roleArn `arn:aws:iam::ACCOUNT:role/NAME`
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function isSessionOf(userArn: string | null | undefined, roleArn: string): boolean {
  const [, partition = '', account = '', name = ''] = ROLE.exec(roleArn) ?? [];
  if (typeof userArn !== 'string' || name === '') return false;
  return userArn.startsWith(`arn:${partition}:sts::${account}:assumed-role/${name}/`);
}
