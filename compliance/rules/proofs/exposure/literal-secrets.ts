import type { Resource } from '../model/resource';
import { isSecretVariable, refersToSecret, secretsIn } from '../model/secret-text';
import type { StackTemplate } from '../model/template';
import { isRecord } from '../../../is-record';

type Body = Readonly<Record<string, unknown>>;
/** Properties that hold a secret itself, by how AWS names them, wherever in a resource they stand. */
const SECRET_PROPERTY =
  /(?:password|passphrase|secretstring|secretkey|clientsecret|secrettoken|authtoken|eventsourcetoken|accesstoken|oauthtoken|refreshtoken|hectoken|tokenkey|privatekey|apikeyvalue|sharedsecret|secretaccesskey|accesskeyid|connectionstring)$/i;
/** Properties named like them that hold none. */
const NO_SECRET =
  /(?:arn|(?<!accesskey)id|name|length|policy|reset|required|type|validity|duration|parameter|configuration)$|^(?:Manage|Generate|Require|Allow|Has)/i;
/** In programs that a template carries: something like `password = 'hunter2'`. */
const ASSIGNED =
  /(?:^|[^A-Za-z])(?:[A-Za-z_]*_)?(?:password|passwd|pwd|secret|token|api_?key)\s*[:=]\s*['"]?(?!\$|\{\{|['"]|%|<|os\.|process\.|none\b|null\b|true\b|false\b)[^\s'"]{4,}/i;
/** In a text of which parts are put in later: a secret that is no such part. */
const GIVEN_BESIDE =
  /(?:password|passwd|pwd|secret|token|api_?key)["']?\s*[:=]\s*["']?(?!\{\{)[^"'${\s,}]{6,}/i;
const CARRIES_PROGRAM = /^(?:UserData|ZipFile|BuildSpec|Definition|DefinitionString|Content)$/;

/** Names of what keeps secrets: whoever reads them has none. */
export function storesOf(templates: readonly StackTemplate[]): ReadonlySet<unknown> {
  const resources = templates.flatMap(({ template }) =>
    isRecord(template) && isRecord(template['Resources']) ? Object.values(template['Resources']) : [],
  );
  return new Set(
    resources.flatMap((each) =>
      isRecord(each) &&
      ['AWS::SecretsManager::Secret', 'AWS::SSM::Parameter'].includes(String(each['Type'])) &&
      isRecord(each['Properties'])
        ? [each['Properties']['Name']]
        : [],
    ),
  );
}

/** A value that names where a secret is kept: an ARN, a path of the parameter store. */
const namesPlace = (value: unknown): boolean =>
  typeof value === 'string' && /^(?:arn:|\/[\w.-]+\/)/.test(value);

/** What tells a secret from the name of one. */
interface Known {
  readonly parameters: Readonly<Record<string, Body>>;
  readonly stores: ReadonlySet<unknown>;
}

const isReference = (value: string): boolean => value.includes('{{resolve:');

const parametersOf = ({ template }: StackTemplate): Readonly<Record<string, Body>> => {
  const parameters = isRecord(template) ? template['Parameters'] : undefined;
  return isRecord(parameters)
    ? (Object.fromEntries(Object.entries(parameters).filter(([, each]) => isRecord(each))) as Record<
        string,
        Body
      >)
    : {};
};

const isHidden = (parameter: Body): boolean => String(parameter['NoEcho']).toLowerCase() === 'true';
const hasDefault = ({ Default }: Body): boolean => Default !== undefined && Default !== '';

/** Why a value that stands where a secret belongs gives it away; undefined when it does not. */
function givenAway(value: unknown, { parameters, stores }: Known): string | undefined {
  if (stores.has(value) || namesPlace(value)) return undefined;
  if (typeof value === 'number') return 'stands in the template';
  if (typeof value === 'string') {
    if (refersToSecret(value) || value === '') return undefined;
    return isReference(value) ? 'is read from where it stands in plain text' : 'stands in the template';
  }
  if (!isRecord(value)) return undefined;
  const { Ref: name, 'Fn::Sub': sub, 'Fn::Join': join } = value;
  if (typeof name === 'string') {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined || String(parameter['Type']).startsWith('AWS::SSM')) return undefined;
    if (hasDefault(parameter)) {
      const isSafe = refersToSecret(String(parameter['Default']));
      return isSafe ? undefined : `is the default of the parameter ${name}`;
    }
    return isHidden(parameter)
      ? undefined
      : `is the parameter ${name}, which everybody sees who may describe the stack`;
  }
  const text = typeof sub === 'string' ? sub : Array.isArray(sub) ? String(sub[0]) : undefined;
  if (text !== undefined)
    return refersToSecret(text) || (text.includes('${') && !GIVEN_BESIDE.test(text))
      ? undefined
      : 'stands in the template';
  if (Array.isArray(join)) {
    const parts = (Array.isArray(join[1]) ? join[1] : []) as unknown[];
    return parts.every((part) => typeof part === 'string') && !refersToSecret(parts.join(''))
      ? 'stands in the template'
      : undefined;
  }
  return undefined;
}

const isSecretProperty = (name: string): boolean => SECRET_PROPERTY.test(name) && !NO_SECRET.test(name);

/** Every text within a value, with the property under which it stands; texts that a function joins apart. */
function* textsWithin(value: unknown, property: string): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [property, value];
  else if (Array.isArray(value)) for (const item of value) yield* textsWithin(item, property);
  else if (isRecord(value))
    for (const [key, item] of Object.entries(value))
      yield* textsWithin(item, key.startsWith('Fn::') || key === 'Ref' ? property : key);
}

/** Text that may be Base64, read. */
function readable(text: string): string {
  if (!/^[A-Za-z0-9+/\s]{24,}={0,2}$/.test(text)) return text;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return /[\u0000-\u0008\ufffd]/.test(decoded) ? text : decoded;
}

function* secretProperties(value: unknown, known: Known, isVariable = false): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* secretProperties(item, known);
    return;
  }
  if (!isRecord(value)) return;
  // Environments are lists of names and values, or objects of them.
  const { Name, Value, Type } = value;
  if (typeof Name === 'string' && Value !== undefined && isSecretVariable(Name)) {
    const isElsewhere = Type === 'SECRETS_MANAGER' || Type === 'PARAMETER_STORE';
    const why = isElsewhere ? undefined : givenAway(Value, known);
    if (why !== undefined) yield `the variable ${Name} ${why}`;
  }
  for (const [name, inner] of Object.entries(value)) {
    const isSecret = isVariable ? isSecretVariable(name) : isSecretProperty(name);
    const why = isSecret ? givenAway(inner, known) : undefined;
    if (why !== undefined) yield `${isVariable ? 'the variable ' : ''}${name} ${why}`;
    else yield* secretProperties(inner, known, name === 'Variables' || name === 'EnvironmentVariables');
  }
}

/** A parameter of the store is readable to everybody who may read parameters, unless it is a SecureString. */
function plainParameter({ type, raw }: Resource, known: Known): string[] {
  const { Name, Value } = raw.Properties ?? {};
  if (type !== 'AWS::SSM::Parameter' || typeof Name !== 'string' || typeof Value !== 'string') return [];
  const isSecret =
    /secret|password|passwd|token|api_?key|credential|private_?key/i.test(Name) &&
    !/test|example/i.test(Name + Value);
  const isPlaceholder = Value.includes('${') || Value.length < 8;
  return isSecret && !isPlaceholder && givenAway(Value, known) !== undefined
    ? [`the value of ${Name} stands in the template`]
    : [];
}

/** Secrets that the words of a resource give away. */
export function secretsOf(resource: Resource, stack: StackTemplate, stores: ReadonlySet<unknown>): string[] {
  const { Properties, Metadata } = resource.raw;
  const known = { parameters: parametersOf(stack), stores };
  const found = [
    ...secretProperties(Properties, known),
    ...secretProperties(Metadata, known),
    ...plainParameter(resource, known),
  ];
  for (const [property, text] of textsWithin({ ...Properties, Metadata }, '')) {
    const read = CARRIES_PROGRAM.test(property) ? readable(text) : text;
    found.push(...secretsIn(read).map((kind) => `${property} holds ${kind}`));
    if (CARRIES_PROGRAM.test(property) && ASSIGNED.test(read) && !isReference(read))
      found.push(`${property} assigns a secret in plain text`);
  }
  return [...new Set(found)];
}

/** Parameters whose default is a secret: it stands in the template, hidden or not. */
export function secretDefaults(stack: StackTemplate): string[] {
  return Object.entries(parametersOf(stack))
    .filter(([, parameter]) => hasDefault(parameter))
    .filter(
      ([name, parameter]) =>
        isHidden(parameter) ||
        secretsIn(String(parameter['Default'])).length > 0 ||
        (isSecretProperty(name) && !String(parameter['Type']).startsWith('AWS::SSM')),
    )
    .filter(([, { Default }]) => !refersToSecret(String(Default)))
    .map(([name]) => `the default of the parameter ${name} stands in the template`);
}
