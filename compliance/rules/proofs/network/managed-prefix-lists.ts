/**
 * Ids of the AWS-managed prefix lists of the gateway endpoints, which are the same in every account of a region.
 * `aws ec2 describe-managed-prefix-lists` prints them;
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
const MANAGED_PREFIX_LISTS: ReadonlyMap<string, { region: string; service: string }> = new Map(
  Object.entries({
    'pl-63a5400a': { region: 'us-east-1', service: 's3' },
    'pl-02cd2c6b': { region: 'us-east-1', service: 'dynamodb' },
    'pl-68a54001': { region: 'us-west-2', service: 's3' },
    'pl-00a54069': { region: 'us-west-2', service: 'dynamodb' },
  }),
);

/** The service behind a managed prefix list; undefined for an id that AWS does not use in the region. */
export function serviceOfPrefixList(id: string, region: string): string | undefined {
  const list = MANAGED_PREFIX_LISTS.get(id);
  return list?.region === region ? list.service : undefined;
}
