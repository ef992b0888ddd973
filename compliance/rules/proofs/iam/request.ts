/** Who asks. */
export type Caller =
  /** A session of an IAM role, by the role's ARN, not the session's; of the policies of others, also an IAM user. */
  | { readonly kind: 'role'; readonly arn: string; readonly account: string }
  | { readonly kind: 'service'; readonly service: string }
  /** Somebody whom an identity provider has named: the provider's ARN or, of AWS's own list, its name. */
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'anonymous' };

/** One request to AWS, as its enforcement code sees it. */
export interface Request {
  readonly caller: Caller;
  readonly action: string;
  /** ARN, or `*` for actions that know no resource. */
  readonly resource: string;
  /** Account that owns the resource. */
  readonly resourceAccount: string;
  /** Condition keys in lower case. A key that is not here is absent from the request. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

const lowerCase = new Map<string, string>();

/** A few dozen keys are asked for a hundred thousand times. */
function lowerCaseOf(key: string): string {
  let lower = lowerCase.get(key);
  if (lower === undefined) {
    lower = key.toLowerCase();
    lowerCase.set(key, lower);
  }
  return lower;
}

/** The context of a request from pairs; `undefined` leaves a key out. */
export function contextOf(
  pairs: Readonly<Record<string, string | readonly string[] | undefined>>,
): Map<string, readonly string[]> {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(pairs))
    if (value !== undefined) context.set(lowerCaseOf(key), typeof value === 'string' ? [value] : value);
  return context;
}
