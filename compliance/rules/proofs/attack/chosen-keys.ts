import type { Policies } from '../iam/evaluate';
import { exampleValue } from '../iam/example';
import { statementsAbout } from '../iam/matching';
import { contextOf } from '../iam/request';
import type { Condition, Statement } from '../iam/statement';

interface Asked {
  readonly action: string;
  /** Keys that whoever asks has set, or left out on purpose. */
  readonly context?: Readonly<Record<string, string | undefined>>;
}

/**
 * Keys of a service that say how a request comes or what it is about, not what its caller asks for: a goal sets them, or they
 * are absent. `iam:PermissionsBoundary` absent is a role without a boundary, which is what is asked about.
 */
const NOT_CHOSEN: ReadonlySet<string> = new Set([
  'dynamodb:leadingkeys',
  'iam:passedtoservice',
  'iam:permissionsboundary',
  'kms:calleraccount',
  'kms:grantisforawsresource',
  'kms:resourcealiases',
  'kms:viaservice',
  'lambda:sourcefunctionarn',
  's3:authtype',
  's3:dataaccesspointaccount',
  's3:resourceaccount',
  's3:signatureage',
  's3:tlsversion',
]);

const chosen = new WeakMap<readonly Statement[], readonly (readonly Condition[])[]>();

/** Of each Allow about an action the conditions that its caller may fill; read once: most have none. @param allows from statementsAbout, whose lists are of one action */
function chosenConditions(allows: readonly Statement[], action: string): readonly (readonly Condition[])[] {
  const known = chosen.get(allows);
  if (known !== undefined) return known;
  const service = `${action.split(':')[0] ?? ''}:`;
  const conditions = allows
    .map((allow) => allow.conditions.filter(({ key }) => key.startsWith(service) && !NOT_CHOSEN.has(key)))
    .filter((each) => each.length > 0);
  chosen.set(allows, conditions);
  return conditions;
}

/**
 * The contexts of a request whose caller chooses what the conditions of an Allow want, one for each Allow: a grant that asks
 * for a key which nobody fills would look as if it granted nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function askedAsGranted(
  { identity, resource = [] }: Policies,
  { action, context: set = {} }: Asked,
  context: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]>[] {
  const fillable = [identity, resource].flatMap((statements) =>
    chosenConditions(statementsAbout(statements, action, 'Allow'), action),
  );
  if (fillable.length === 0) return [];
  const given = new Set(Object.keys(set).map((key) => key.toLowerCase()));
  return fillable
    .map((conditions) => conditions.filter(({ key }) => !given.has(key) && !context.has(key)))
    .filter((open) => open.length > 0)
    .map(
      (open) =>
        new Map([
          ...context,
          ...contextOf(Object.fromEntries(open.map((condition) => [condition.key, exampleValue(condition)]))),
        ]),
    );
}
