import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import type { Person } from './command-schema';

/** A command of the AWS CLI that a file tells somebody to run. */
export interface NamedCommand {
  readonly file: string;
  /** `lambda update-event-source-mapping` */
  readonly command: string;
  /** Who is told to; undefined when the text names nobody. */
  readonly by: Person | undefined;
}

/** Words by which the runbooks name who acts; the longest first. */
const WORDS: readonly (readonly [RegExp, Person])[] = [
  [/administrator of the delivery account|delivery account, once/gi, 'administrator of the delivery account'],
  [/management account/gi, 'management account'],
  [
    /administrator of (?:the|each|the stage's) account|administrator's rights in dev/gi,
    'administrator of the account',
  ],
  [/security administrator/gi, 'security administrator'],
  [/release approver/gi, 'release approver'],
  [/security approver/gi, 'security approver'],
  [/data steward/gi, 'data-steward'],
  [/reviewer role/gi, 'reviewer'],
  [/break-glass/gi, 'break-glass'],
  [/operator/gi, 'operator'],
  [/auditor/gi, 'auditor'],
];
const COMMAND = /(?<![\w./-])aws ([a-z0-9-]+ [a-z0-9-]+)/g;
/** Signing in is asked of nobody's policies. */
const SIGN_IN = /^(?:sso|configure) /;

/** The person whom a text names last. */
function lastNamed(text: string): Person | undefined {
  const found = WORDS.flatMap(([word, person]) =>
    [...text.matchAll(word)].map(({ index }) => ({ index, person })),
  );
  return found.sort((a, b) => b.index - a.index)[0]?.person;
}

const isItem = (block: string): boolean => /^\s*(?:\d+\. |\| )/.test(block);

/** Commands of a runbook, each with whom its item, else the text of its section before the list, names last before it. */
export function commandsOfRunbook(file: string, text: string): NamedCommand[] {
  return text.split(/^#{1,3} /m).flatMap((section) => {
    const blocks = section.split(/\n(?=\d+\. |\| |\n)/);
    return blocks.flatMap((block, position) => {
      const before = blocks.slice(0, position).filter((other) => !isItem(other));
      return [...block.matchAll(COMMAND)].flatMap(({ index, 1: command = '' }) =>
        SIGN_IN.test(command)
          ? []
          : [{ file, command, by: lastNamed(block.slice(0, index)) ?? lastNamed(before.join('\n')) }],
      );
    });
  });
}

/** Commands that code prints, each with whom its line, else the comment above it, names. */
function commandsOfCode(file: string, code: string): NamedCommand[] {
  return [...code.matchAll(COMMAND)].flatMap(({ index, 1: command = '' }) => {
    const before = code.slice(0, index);
    const comment = [...before.matchAll(/\/\*\*.*?\*\//gs)].at(-1)?.[0] ?? '';
    const by = lastNamed(before.split('\n').at(-1) ?? '') ?? lastNamed(comment);
    return SIGN_IN.test(command) ? [] : [{ file, command, by: by ?? 'administrator of the account' }];
  });
}

const markdownIn = (folder: string): string[] =>
  readdirSync(path.join(PROJECT_ROOT, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join(folder, file));
const codeIn = (folder: string): string[] =>
  readdirSync(path.join(PROJECT_ROOT, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join(folder, file));
const RUNBOOKS = ['policies/runbooks', 'policies/organization', 'docs'];
/** Preflight prints commands for an administrator of the account that it looks at, if it says nothing else. */
const PREFLIGHT = 'bin/preflight';

/** Every command that a runbook names or preflight prints. */
export function namedCommands(): NamedCommand[] {
  const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  return [
    ...RUNBOOKS.flatMap(markdownIn).flatMap((file) => commandsOfRunbook(file, read(file))),
    ...codeIn(PREFLIGHT).flatMap((file) => commandsOfCode(file, read(file))),
  ];
}
