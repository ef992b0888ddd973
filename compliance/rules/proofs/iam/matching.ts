import { PolicyError } from './errors';
import { testCondition } from './operators';
import type { Caller, Request } from './request';
import type { PolicyReading, PrincipalElement, Statement } from './statement';
import { checkKey } from './vocabulary';
import { arnMatches, globMatches, literally } from './wildcards';

/** `${*}`, `${?}` and `${$}` stand for the character itself. */
const isCharacter = (variable: string): boolean => /^[*?$]$/.test(variable);

/**
 * Puts the request's values in place of policy variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @param isPattern whether wildcards of the text have their meaning; those of a value never have.
 * @returns undefined when a variable has no value in this request: the text then matches nothing.
 * @throws PolicyError on a variable whose key is unknown.
 */
function substitute(
  text: string,
  request: Request,
  { origin, variables, reading }: Statement,
  isPattern: boolean,
): string | undefined {
  if (!variables || !text.includes('${')) return text;
  const missing: string[] = [];
  const written = isPattern ? literally : (value: string): string => value;
  const replaced = text.replace(/\$\{([^}]*)\}/g, (_whole, variable: string) => {
    if (isCharacter(variable)) return written(variable);
    const [name = '', fallback] = variable.split(/\s*,\s*/, 2);
    const key = reading === 'open' ? name.toLowerCase() : checkVariable(name, origin);
    const [value] = request.context.get(key) ?? [];
    const given = value ?? fallback?.replace(/^'|'$/g, '');
    if (given === undefined) missing.push(name);
    return written(given ?? '');
  });
  return missing.length > 0 ? undefined : replaced;
}

function checkVariable(name: string, where: string): string {
  try {
    return checkKey(name, where);
  } catch {
    throw new PolicyError('unknown-variable', where, `the policy variable \${${name}} is not known`);
  }
}

/** How a principal element covers a caller; the way matters for what an Allow then means. */
export type PrincipalMatch = 'none' | 'account' | 'role' | 'user' | 'anyone' | 'service' | 'federated';

function matchAwsPrincipal(
  item: string,
  caller: Caller,
  where: string,
  reading: PolicyReading,
): PrincipalMatch {
  if (item === '*') return 'anyone';
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(item)?.[1];
  if (account !== undefined) return caller.kind === 'role' && caller.account === account ? 'account' : 'none';
  if (/^arn:aws:iam::\d{12}:role\/.+$/.test(item)) {
    return caller.kind === 'role' && caller.arn === item ? 'role' : 'none';
  }
  if (reading === 'open') {
    const match = /^arn:aws[\w-]*:iam::\d{12}:user\//.test(item) ? 'user' : 'role';
    return caller.kind === 'role' && caller.arn === item ? match : 'none';
  }
  throw new PolicyError(
    'unknown-principal',
    where,
    `the principal ${item} is of a kind that is not modelled`,
  );
}

/**
 * The strongest way in which the element covers the caller.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function matchPrincipal(
  element: PrincipalElement,
  caller: Caller,
  where: string,
  reading: PolicyReading = 'strict',
): PrincipalMatch {
  if (element === '*') return 'anyone';
  if (reading === 'strict' && (element.Federated || element.CanonicalUser)) {
    throw new PolicyError(
      'unknown-principal',
      where,
      'federated and canonical-user principals are not modelled',
    );
  }
  const services = element.Service ?? [];
  if (caller.kind === 'service' && services.includes(caller.service)) return 'service';
  if (caller.kind === 'federated' && element.Federated?.some((item) => globMatches(item, caller.provider)))
    return 'federated';
  const matches = (element.AWS ?? []).map((item) => matchAwsPrincipal(item, caller, where, reading));
  return (['anyone', 'user', 'role', 'account'] as const).find((match) => matches.includes(match)) ?? 'none';
}

const matchesAction = (pattern: string, action: string): boolean =>
  pattern === '*' || globMatches(pattern, action, true);

function matchesResource(text: string, request: Request, statement: Statement): boolean {
  if (request.resource === '*') return text === '*';
  if (statement.reading === 'open' && text.split(':').length < 6) return globMatches(text, request.resource);
  return arnMatches(text, request.resource);
}

const conditionsHold = (statement: Statement, request: Request): boolean =>
  statement.conditions.every(({ operator, key, values }) => {
    const isPattern = operator.operator?.patterns === true;
    const wanted = statement.variables
      ? values.map((value) => substitute(value, request, statement, isPattern))
      : values;
    return testCondition(operator, request.context.get(key), wanted, statement.origin);
  });

export const speaksOf = ({ actions }: Statement, action: string): boolean =>
  actions.items.some((item) => matchesAction(item, action)) !== actions.not;

interface Spoken {
  readonly Allow: readonly Statement[];
  readonly Deny: readonly Statement[];
}

const byAction = new WeakMap<readonly Statement[], Map<string, Spoken>>();

/** The statements of an effect that speak of an action; remembered, because a proof asks about few actions very often. */
export function statementsAbout(
  statements: readonly Statement[],
  action: string,
  effect: Statement['effect'],
): readonly Statement[] {
  let known = byAction.get(statements);
  if (!known) {
    known = new Map();
    byAction.set(statements, known);
  }
  let found = known.get(action);
  if (!found) {
    const both = statements.filter((statement) => speaksOf(statement, action));
    found = {
      Allow: both.filter((statement) => statement.effect === 'Allow'),
      Deny: both.filter((statement) => statement.effect === 'Deny'),
    };
    known.set(action, found);
  }
  return found[effect];
}

/** Whether resource and conditions of a statement cover the request, action and principals apart. */
export function covers(statement: Statement, request: Request): boolean {
  const { resources } = statement;
  if (resources) {
    const items = resources.items.map((item) => substitute(item, request, statement, true));
    // Whether AWS takes such a statement for invalid as a whole its page leaves open: a Deny is not relied on.
    if (resources.not && statement.effect === 'Deny' && items.includes(undefined)) return false;
    const named = items.some((item) => item !== undefined && matchesResource(item, request, statement));
    if (named === resources.not) return false;
  }
  return conditionsHold(statement, request);
}

/**
 * How a resource policy's statement covers the caller; `NotPrincipal` covers all whom its element does not, and with
 * Deny every principal that has a permissions boundary.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function principalOf(statement: Statement, caller: Caller, hasBoundary: boolean): PrincipalMatch {
  const { principals, origin } = statement;
  if (!principals) throw new PolicyError('malformed-policy', origin, 'a resource policy needs a Principal');
  const match = matchPrincipal(principals.items, caller, origin, statement.reading);
  if (!principals.not) return match;
  return match === 'none' || (statement.effect === 'Deny' && hasBoundary) ? 'anyone' : 'none';
}
