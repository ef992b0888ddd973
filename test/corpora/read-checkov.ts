import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Case } from './case';

const TESTS = 'tests/cloudformation/checks/resource/aws';

/** Names in a Python set or list that a test keeps under one of these names. */
function namesIn(source: string, variable: string): string[] | undefined {
  const body = new RegExp(`\\b${variable}\\s*=\\s*[{[]([^}\\]]*)[}\\]]`).exec(source)?.[1];
  return body === undefined
    ? undefined
    : [...body.matchAll(/["']([^"']+)["']/g)].map(([, name]) => name ?? '');
}

const idOf = (name: string): string => name.split('.').slice(1).join('.');

/** By the name of a file, where the test only counts. */
function expectedOf(file: string): Case['expected'] | undefined {
  if (/unknown/i.test(file)) return undefined;
  if (/pass|good/i.test(file)) return 'none';
  return /fail|bad/i.test(file) ? 'finding' : undefined;
}

const templatesIn = (directory: string): string[] =>
  readdirSync(directory).filter((file) => /\.(?:ya?ml|json|template)$/.test(file) && !/sam/i.test(file));

/** What checkov's unit tests of its CloudFormation rules assert. */
export function readCheckov(root: string): Case[] {
  const directory = path.join(root, TESTS);
  return readdirSync(directory)
    .filter((file) => /^test_.*\.py$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(path.join(directory, file), 'utf8');
      const rule = file.replace(/^test_|\.py$/g, '');
      const folder = /["']\/?((?:example_|Cloudsplaining_|S3Templates)[^"']*)["']/.exec(source)?.[1];
      if (folder === undefined || !existsSync(path.join(directory, folder))) return [];
      const failing = namesIn(source, 'failing_resources');
      const passing = namesIn(source, 'passing_resources');
      return templatesIn(path.join(directory, folder)).flatMap((name): Case[] => {
        const place = `${TESTS}/${folder}/${name}`;
        const text = readFileSync(path.join(root, place), 'utf8');
        const common = { corpus: 'checkov', rule, file: place, text } as const;
        if (failing === undefined && passing === undefined) {
          const expected = expectedOf(name);
          return expected === undefined ? [] : [{ ...common, resource: undefined, expected }];
        }
        const of = (ids: readonly string[], expected: Case['expected']): Case[] =>
          ids
            .map(idOf)
            .filter((id) => new RegExp(`(?:^|["'\\s])${id}["']?\\s*:`, 'm').test(text))
            .map((resource) => ({ ...common, resource, expected }));
        return [...of(failing ?? [], 'finding'), ...of(passing ?? [], 'none')];
      });
    });
}
