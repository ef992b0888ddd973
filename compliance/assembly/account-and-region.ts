const ENVIRONMENT = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/;

/** The account and the region of `aws://ACCOUNT/REGION`; undefined where a stack is for no one of them. */
export function accountAndRegion(
  environment: string | undefined,
): { readonly account: string; readonly region: string } | undefined {
  const [, account, region] = ENVIRONMENT.exec(environment ?? '') ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
