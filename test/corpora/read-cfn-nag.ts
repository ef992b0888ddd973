import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Case } from './case';

const SPECS = 'spec/custom_rules';
const TEMPLATES = 'spec/test_templates';

/** Templates of the tests that are made from names: https://github.com/stelligent/cfn_nag spec/password_rule_spec_helper.rb */
const SETS: Readonly<Record<'password' | 'boolean', Readonly<Record<string, Case['expected']>>>> = {
  password: {
    not_set: 'none',
    parameter_with_noecho: 'none',
    parameter_with_noecho_and_default_value: 'finding',
    parameter_as_a_literal_in_plaintext: 'finding',
    as_a_literal_in_plaintext: 'finding',
    from_secrets_manager: 'none',
    from_secure_systems_manager: 'none',
    from_systems_manager: 'finding',
  },
  boolean: { not_set: 'finding', set: 'none' },
};
const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
const snake = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
const given = (source: string, name: string): string | undefined =>
  new RegExp(`^${name} = ['"]([^'"]+)['"]`, 'm').exec(source)?.[1];

function fromNames(root: string, rule: string, source: string): Case[] {
  const type = given(source, 'resource_type');
  const property = given(source, 'password_property') ?? given(source, 'property_name');
  if (type === undefined || property === undefined) return [];
  const kind = source.includes('boolean_rule_test_sets') ? 'boolean' : 'password';
  const form = given(source, 'test_template_type') ?? 'yaml';
  const name = type.replace('AWS::', '').replaceAll('::', '_').toLowerCase();
  const sub = given(source, 'sub_property_name');
  const stem = [name, snake(property), ...(sub === undefined ? [] : [snake(sub)])].join('_');
  return Object.entries(SETS[kind]).flatMap(([description, expected]): Case[] => {
    const file = `${TEMPLATES}/${form}/${name}/${stem}_${description}.${form}`;
    if (!isFile(path.join(root, file))) return [];
    const text = readFileSync(path.join(root, file), 'utf8');
    return [{ corpus: 'cfn_nag', rule, file, text, resource: undefined, expected }];
  });
}

/** A template that a test reads, and the ids that it then expects. */
const STEP =
  /read_test_template\(?\s*['"]([^'"]+)['"]|expected_logical_resource_ids\s*=\s*(?:%w\[([^\]]*)\]|\[([^\]]*)\])/g;

function fromSteps(root: string, rule: string, source: string): Case[] {
  const cases: Case[] = [];
  let file: string | undefined;
  for (const [, template, words, list] of source.matchAll(STEP)) {
    if (template !== undefined) {
      file = `${TEMPLATES}/${template}`;
      continue;
    }
    if (file === undefined || !isFile(path.join(root, file))) continue;
    const text = readFileSync(path.join(root, file), 'utf8');
    const ids = (words ?? list ?? '')
      .split(/[\s,]+/)
      .map((id) => id.replaceAll(/['"]/g, ''))
      .filter((id) => id !== '');
    const common = { corpus: 'cfn_nag', rule, file, text } as const;
    if (ids.length === 0) cases.push({ ...common, resource: undefined, expected: 'none' });
    else cases.push(...ids.map((resource) => ({ ...common, resource, expected: 'finding' as const })));
    file = undefined;
  }
  return cases;
}

/** What cfn_nag's specifications of its rules assert. */
export const readCfnNag = (root: string): Case[] =>
  readdirSync(path.join(root, SPECS))
    .filter((file) => file.endsWith('Rule_spec.rb'))
    .flatMap((file) => {
      const source = readFileSync(path.join(root, SPECS, file), 'utf8');
      const rule = file.replace('Rule_spec.rb', '');
      return source.includes('rule_test_sets')
        ? fromNames(root, rule, source)
        : fromSteps(root, rule, source);
    });
