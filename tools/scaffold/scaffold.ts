import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A line that a list gets. */
export interface Entry {
  /** By path from the root. */
  readonly file: string;
  /** What it goes before; stands exactly once in the file. */
  readonly before: string;
  readonly text: string;
}

/** What a new thing begins with: files to write in, lists that know it, and what a person has to do. */
export interface Scaffold {
  /** Files to make, by path from the root. */
  readonly files: Readonly<Record<string, string>>;
  /** Lists that the command enters it into; nobody writes there. */
  readonly entries: readonly Entry[];
  /** Files in which a person writes now, made or not, and what. */
  readonly byHand: Readonly<Record<string, string>>;
  /** Commands that bring what is generated or accepted up to date. */
  readonly commands: readonly string[];
  /** What somebody else decides. */
  readonly others?: readonly string[];
}

/** Thrown when a scaffold does not fit what is there; nothing was written. */
export class ScaffoldError extends Error {
  override readonly name = 'ScaffoldError';
}

function withEntry(root: string, { file, before, text }: Entry, drafts: Map<string, string>): void {
  const current = drafts.get(file) ?? readFileSync(path.join(root, file), 'utf8');
  const [head, tail, ...more] = current.split(before);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new ScaffoldError(`${file} does not have exactly one "${before.trim()}" to enter a line before.`);
  if (current.includes(text)) throw new ScaffoldError(`${file} has "${text.trim()}" already.`);
  drafts.set(file, `${head}${text}${before}${tail}`);
}

/**
 * Writes a scaffold, all of it or nothing.
 * @throws ScaffoldError when a file is there already, or a list is not as expected
 */
export function writeScaffold(root: string, { files, entries }: Scaffold): void {
  for (const file of Object.keys(files))
    if (existsSync(path.join(root, file))) throw new ScaffoldError(`${file} is there already.`);
  const drafts = new Map(Object.entries(files));
  for (const entry of entries) withEntry(root, entry, drafts);
  for (const [file, text] of drafts) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

/** A name in kebab case, in the two other forms that code wants. */
export interface NameForms {
  readonly kebab: string;
  readonly camel: string;
}

/** @throws ScaffoldError for what is no name in kebab case */
export function nameForms(kebab: string): NameForms {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab))
    throw new ScaffoldError(`"${kebab}" is no name in kebab case, such as check-format.`);
  return { kebab, camel: kebab.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase()) };
}
