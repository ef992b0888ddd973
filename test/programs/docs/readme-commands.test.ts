import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../support/document-references';
import { helpOfCommand } from '../../support/help-of';
import { everyStackOfRelease, stageTemplates } from '../../support/stage-templates';

const readme = readFileSync(path.join(PROJECT_ROOT, 'README.md'), 'utf8');
/** What stands behind a script's name up to the end of the command, comments left out. */
const argumentsOf = (script: string): string[] =>
  [...readme.matchAll(/npm (?:run )?([a-z:]+) -- ([^\n`#]+)/g)].flatMap(([, name, rest]) =>
    name === script && rest !== undefined ? [rest] : [],
  );
const optionsOf = (text: string): string[] =>
  [...text.matchAll(/(?<!\S)--[a-z-]+/g)].map(([option]) => option);

describe('the commands in README.md', () => {
  it.each([
    ['start', 'start'],
    ['compliance', 'compliance'],
    ['preflight', 'preflight'],
    ['ops', 'operations'],
  ])('npm run %s takes the options and subcommands', (script, entry) => {
    const help = helpOfCommand(entry);
    const told = argumentsOf(script);
    expect(told.length).toBeGreaterThan(0);
    const subcommands = told.flatMap((text) => /^([a-z][a-z-]+)(?= |$)/.exec(text)?.[1] ?? []);
    const named = [...told.flatMap(optionsOf), ...subcommands].filter((name) => name !== '--help');
    expect(named.filter((name) => !help.includes(name))).toEqual([]);
  });
  it('npm test knows the project', () => {
    expect(argumentsOf('test')).toEqual(['--ignoreProjects integration']);
    const { projects } = jest.requireActual<{ projects: { displayName: string }[] }>(
      '../../../jest.config.js',
    );
    expect(projects.map(({ displayName }) => displayName)).toContain('integration');
  });
  it('cdk deploy finds the stacks that it is told to', () => {
    const [, pattern = ''] = /cdk deploy -c stage=dev "([^"]+)"/.exec(readme) ?? [];
    const ofDev = stageTemplates('dev');
    const prefix = pattern.replace(/\*$/, '');
    expect(prefix).toBe('serverlessapp-dev/');
    expect(ofDev.map(({ hierarchicalId }) => hierarchicalId).filter((id) => !id.startsWith(prefix))).toEqual(
      [],
    );

    const [, names = ''] =
      /cdk deploy --app "node --import tsx bin\/delivery.ts" ([\w -]+)/.exec(readme) ?? [];
    const ofDelivery = everyStackOfRelease();
    const ids = ofDelivery.map(({ hierarchicalId }) => hierarchicalId);
    expect(
      names
        .trim()
        .split(' ')
        .filter((name) => !ids.includes(name)),
    ).toEqual([]);
    expect(names.trim().split(' ')).toHaveLength(2);
  });
});
