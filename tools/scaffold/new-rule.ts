import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Scaffold, ScaffoldError, nameForms } from './scaffold';

export interface NewRule {
  readonly name: string;
  /** CloudFormation type that it evaluates. */
  readonly type: string;
  /** Property that it wants. */
  readonly property: string;
  /** Id of the control that it is evidence for. */
  readonly control: string;
}

const PINS = 'compliance/pinned-rules.json';
const ENGINE = 'template-checks';

const check = (camel: string, { name, type, property }: NewRule): string =>
  `import { type Check, unless } from './check';

export const ${camel}Check: Check = {
  id: '${name}',
  title: 'Every ${type} says its ${property}.',
  controls: [],
  types: ['${type}'],
  evaluate: (resource) => unless(resource.property('${property}') !== undefined, '${property} is missing'),
};
`;

const test = (camel: string, { name, type, property }: NewRule): string =>
  `import { ${camel}Check } from '../../../../compliance/rules/checks/${name}';
import { runChecks } from '../../../../compliance/rules/checks/run-checks';

const verdictOn = (Properties: Record<string, unknown>) =>
  runChecks(
    [
      {
        stackName: 'serverlessapp-dev-subject',
        account: '111122223333',
        region: 'us-east-1',
        template: { Resources: { Subject: { Type: '${type}', Properties } } },
      },
    ],
    [${camel}Check],
    [],
  ).rows.map(({ verdict }) => verdict);

it.each([
  ['with the property', { ${property}: 'some value' }, 'compliant'],
  ['without it', {}, 'non-compliant'],
])('${name} evaluates a resource %s', (_what, properties, verdict) => {
  expect(verdictOn(properties)).toEqual([verdict]);
});
`;

/** The file of narratives that has a control, and the first line of its evidence. */
function narrativeOf(root: string, control: string): { file: string; before: string } {
  for (const name of ['1-encryption', '2-network', '3-access', '4-secrets-and-logs', '5-operation']) {
    const file = `compliance/controls/narratives/${name}.yaml`;
    const [, own] = readFileSync(path.join(root, file), 'utf8').split(`\n  - id: ${control}\n`);
    const first = /\n {4}evidence:\n( {6}- .*\n)/.exec(own ?? '')?.[0];
    if (own !== undefined && first !== undefined)
      return { file, before: `${own.slice(0, own.indexOf(first))}${first}` };
  }
  throw new ScaffoldError(`No narrative of compliance/controls/narratives has the control ${control}.`);
}

/** The rules of our own checks, as pinned: from them the new one's neighbour. */
function pinnedAfter(root: string, name: string): string {
  const pins = JSON.parse(readFileSync(path.join(root, PINS), 'utf8')) as Record<string, { rules: string[] }>;
  const rules = pins[ENGINE]?.rules ?? [];
  if (rules.includes(name)) throw new ScaffoldError(`${PINS} has ${name} already.`);
  const next = rules.find((rule) => rule > name) ?? rules[0];
  if (next === undefined) throw new ScaffoldError(`${PINS} has no rules of ${ENGINE}.`);
  return next;
}

/** One of our own checks of single resources, pinned and cited by a control. */
export function newRule(root: string, wanted: NewRule): Scaffold {
  const { kebab, camel } = nameForms(wanted.name);
  const made = `compliance/rules/checks/${kebab}.ts`;
  const tested = `test/unit/compliance/checks/${kebab}.test.ts`;
  const narrative = narrativeOf(root, wanted.control);
  const next = pinnedAfter(root, kebab);
  const start = readFileSync(path.join(root, PINS), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`"${ENGINE}"`));
  if (start === undefined) throw new ScaffoldError(`${PINS} has no line of ${ENGINE}.`);
  const cut = start.indexOf(`"${next}"`);
  return {
    files: { [made]: check(camel, wanted), [tested]: test(camel, wanted) },
    entries: [
      {
        file: 'compliance/rules/checks/run-checks.ts',
        before: '\n/** Checks of single resources. */',
        text: `import { ${camel}Check } from './${kebab}';\n`,
      },
      {
        file: 'compliance/rules/checks/run-checks.ts',
        before: '];\n/** Checks of the templates as a whole. */',
        text: `  ${camel}Check,\n`,
      },
      { file: PINS, before: start.slice(cut), text: `"${kebab}",` },
      {
        file: narrative.file,
        before: narrative.before.slice(narrative.before.lastIndexOf('\n', narrative.before.length - 2) + 1),
        text: `      - { engine: ${ENGINE}, rule: ${kebab} }\n`,
      },
    ],
    byHand: {
      [made]: 'what it asks, its title and the requirements that it is about',
      [tested]: 'what must and what must not pass',
      [narrative.file]: `what ${wanted.control} claims now`,
    },
    commands: ['npm run compliance'],
  };
}
