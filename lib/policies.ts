import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';

/** What a placeholder stands for: one value, or a list that replaces the whole entry it stands alone in. */
export type PlaceholderValues = Readonly<Record<string, string | readonly string[]>>;

/** Thrown when a policy file and the values for its placeholders do not fit; synth stops with the file's name. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

const POLICIES = path.resolve(__dirname, '..', 'policies');
const PLACEHOLDER = /\$\{([A-Z][A-Za-z0-9]+)\}/g;
const PLACEHOLDER_ALONE = /^\$\{([A-Z][A-Za-z0-9]+)\}$/;

/**
 * Reads a policy that security owns as data, `policies/FILE.json`, and puts the values in place of its `${Placeholders}`.
 * @throws PolicyError when the file asks for a value that is not given, or a given value is not asked for: either means
 * that the file and the stack no longer speak of the same thing.
 * @param without - Sids of statements that have nobody to let in here
 */
export function loadPolicy(
  file: string,
  values: PlaceholderValues,
  without: readonly string[] = [],
): PolicyDocument {
  const { Statement, ...rest } = renderPolicy(file, values) as { Statement: { Sid: string }[] };
  const unknown = without.filter((sid) => !Statement.some(({ Sid }) => Sid === sid));
  if (unknown.length > 0) throw new PolicyError(`policies/${file}.json has no ${unknown.join(', ')}.`);
  return PolicyDocument.fromJson({
    ...rest,
    Statement: Statement.filter(({ Sid }) => !without.includes(Sid)),
  });
}

/** As {@link loadPolicy}, for documents that are no IAM policies. */
export function renderPolicy(file: string, values: PlaceholderValues): unknown {
  const used = new Set<string>();
  const value = (name: string): string | readonly string[] => {
    const found = values[name];
    if (found === undefined)
      throw new PolicyError(`policies/${file}.json asks for an unknown value \${${name}}.`);
    used.add(name);
    return found;
  };
  const replaceInText = (text: string): string =>
    text.replace(PLACEHOLDER, (_match, name: string) => {
      const found = value(name);
      if (typeof found !== 'string')
        throw new PolicyError(
          `policies/${file}.json puts the list \${${name}} into a text; it must stand alone.`,
        );
      return found;
    });
  const replace = (node: unknown): unknown => {
    if (typeof node === 'string') {
      const alone = PLACEHOLDER_ALONE.exec(node)?.[1];
      return alone === undefined ? replaceInText(node) : value(alone);
    }
    if (Array.isArray(node)) return node.flatMap((entry: unknown) => replace(entry));
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(
        Object.entries(node).map(([key, entry]) => [replaceInText(key), replace(entry)]),
      );
    }
    return node;
  };

  const document = replace(JSON.parse(readFileSync(path.join(POLICIES, `${file}.json`), 'utf8')));
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0)
    throw new PolicyError(
      `policies/${file}.json does not use ${unused.join(', ')}; remove the value or fix the file.`,
    );
  return document;
}
