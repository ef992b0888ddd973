import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { surplus } from '../../apart';

/** A result that people review: the gate compares what the templates give today with what was accepted. */
export interface ReviewedResult {
  /** What it tells, as the heading of a difference. */
  readonly title: string;
  /** Path from the project's root. */
  readonly file: string;
  readonly content: string;
}

/** The text as committed, or undefined when it never was. */
export function accepted(file: string): string | undefined {
  try {
    return readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Lines that differ, as `- accepted` and `+ today`, at most `limit` of them; empty when the texts are equal. */
export function differences(before: string, after: string, limit = 12): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const once = (lines: readonly string[], sign: string): string[] =>
    [...new Set(lines)].map((line) => `${sign} ${line.trim()}`);
  const missing = once(surplus(old, now), '-');
  const added = once(surplus(now, old), '+');
  const all = [...missing, ...added];
  if (all.length === 0 && before !== after) return ['the order of the lines changed'];
  return all.length > limit ? [...all.slice(0, limit), `… and ${all.length - limit} more lines`] : all;
}

/** The result without its nesting: every leaf, and every element of a list, as one line behind the names that lead to it. */
export function linesOf({ content }: ReviewedResult): string[] {
  const flatten = (value: unknown, names: readonly string[]): string[] => {
    if (Array.isArray(value)) return value.flatMap((element: unknown) => leaf(element, names));
    if (typeof value !== 'object' || value === null) return leaf(value, names);
    return Object.entries(value).flatMap(([name, child]) => flatten(child, [...names, name]));
  };
  const leaf = (value: unknown, names: readonly string[]): string[] => [
    `${names.join(' › ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ];
  return flatten(JSON.parse(content), []).filter((line) => !line.startsWith('note: '));
}

/** Writes today's result as the accepted one: the explicit act that a reviewer then sees in the diff. */
export function accept(result: ReviewedResult): void {
  const file = path.join(PROJECT_ROOT, result.file);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, result.content);
}
