/**
 * What tells a secret by its words alone, for every rule of ours that looks for one.
 * A rule says what it makes of a find: a template's check knows the names of the secrets beside it, a construct's does not.
 */

/** Variables of programs, whose names are free: `DB_PASSWORD`, `dbPassword`, `GITHUB_TOKEN`, `SECRET_KEY`. */
const SECRET_VARIABLE =
  /(?:secret|password|passwd|token|api_?key|private_?key|access_?key|credentials?|(?:^|_|-)pwd)(?:$|_(?:access_)?key$)/i;

/** Forms in which issuers give out secrets, whatever the name that they stand under. */
const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA|AIPA|AIDA|AROA)[A-Z0-9]{16}\b/, 'an id of an access key or principal of AWS'],
  [/(?:aws_)?secret_?(?:access_?)?key['"]?\s*[:=]\s*['"]?[A-Za-z0-9/+=]{40}\b/i, 'a secret key of AWS'],
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'a private key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}/, 'a token of GitHub'],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, 'a token of Slack'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/:@{}$]{3,}@/i, 'a password in an address'],
];

/** Whether a variable's name says that it holds a secret, or names one. */
export const isSecretVariable = (name: string): boolean => SECRET_VARIABLE.test(name);

/** What kinds of secrets stand in a text; empty when none does. */
export const secretsIn = (text: string): string[] =>
  SECRET_FORMS.filter(([form]) => form.test(text)).map(([, kind]) => kind);

/**
 * Whether a text refers to a secret that CloudFormation puts in at deployment: hidden in the template, but not from
 * whoever reads the resource, where its property is readable.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export const refersToSecret = (text: string): boolean =>
  /\{\{resolve:(?:secretsmanager|ssm-secure):/.test(text);
