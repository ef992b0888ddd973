import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { TEMPLATE_LINES } from '../../lib/names';
import { surplus } from '../apart';
import { GateError, messageOf } from '../gate-error';
import type { EvidenceWithoutDifference } from './evidence';
import type { Difference } from './evidence-difference';
import { packTime } from './manifest';
import { nameInPack } from './name-in-pack';
import { printable } from './printable';
import { RESULTS } from './results';
import { changedLines, type TemplateLines, templatesOfPack } from './template-lines';
import { beginningOf } from '../../lambda/domain/cut-text';

/** What a later pack needs to know of an earlier one. */
const previousSchema = z.looseObject({
  identity: z.looseObject({
    generated: packTime,
    stage: nameInPack,
    commit: z.looseObject({ id: nameInPack }),
    stacks: z.array(z.looseObject({ name: z.string(), sha256: z.string() })),
    tools: z.array(z.looseObject({ engine: z.string(), version: z.string(), rules: z.number() })),
  }),
  result: z.enum(RESULTS),
  narratives: z.array(z.looseObject({ id: z.string(), title: z.string(), state: z.string() })),
  requirements: z.array(z.looseObject({ framework: z.string(), id: z.string(), state: z.string() })),
  exceptions: z.array(z.looseObject({ id: z.string(), title: z.string(), expires: z.string() })),
  /** Packs of before 2026-11-25 have none. */
  proven: z
    .array(
      z.looseObject({
        // The build that signs counts what stands under that heading.
        title: z.string().refine((title) => title !== TEMPLATE_LINES),
        lines: z.array(z.string()),
      }),
    )
    .default([]),
  rows: z.array(
    z.looseObject({
      engine: z.string(),
      rule: z.string(),
      resource: z.string(),
      stack: z.string().optional(),
      verdict: z.string(),
    }),
  ),
});
export type ComparableEvidence = z.infer<typeof previousSchema>;

/** @throws GateError PACK_INVALID when the directory is no evidence pack. */
export function readEvidence(pack: string): ComparableEvidence {
  const file = path.join(pack, 'evidence.json');
  if (!existsSync(file)) {
    throw new GateError(
      'PACK_INVALID',
      `${pack} is not an evidence pack (no evidence.json in it). Name the directory that the gate wrote.`,
    );
  }
  try {
    return previousSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new GateError('PACK_INVALID', `${file} cannot be read: ${beginningOf(messageOf(error), 300)}`);
  }
}

type Comparable = ComparableEvidence | EvidenceWithoutDifference;

/** An evidence pack, as far as a later one is compared with it. */
export interface ComparablePack {
  readonly evidence: ComparableEvidence;
  readonly templates: TemplateLines;
}

/** @throws GateError PACK_INVALID when the directory is no evidence pack. */
export function readPack(pack: string): ComparablePack {
  const evidence = readEvidence(pack);
  return { evidence, templates: templatesOfPack(pack, evidence.identity.stacks) };
}

/** Each changed value of each template, behind its stack's name. */
export const changedTemplates = (before: TemplateLines, after: TemplateLines): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    changedLines(before.get(name) ?? [], after.get(name) ?? []).map((each) => `${name}: ${each}`),
  );

/**
 * What changed from one pack to another. Each changed value of each template is told: a proof knows what it looks for, and
 * what somebody may put into a template is more.
 */
export function comparePacks(
  before: ComparablePack,
  after: { readonly evidence: Comparable; readonly templates: TemplateLines },
): Difference {
  const { groups, ...more } = compareEvidence(before.evidence, after.evidence);
  const lines = changedTemplates(before.templates, after.templates);
  return { ...more, groups: lines.length === 0 ? groups : [...groups, { title: TEMPLATE_LINES, lines }] };
}

/** As {@link comparePacks}, by what the packs say of themselves alone. */
export function compareEvidence(before: Comparable, after: Comparable): Difference {
  const groups = [
    changes('Findings', findings(before), findings(after), 'new', 'gone'),
    changes('Exceptions', exceptions(before), exceptions(after), 'new', 'ended'),
    changed(
      'Controls',
      before.narratives.map((n) => [`${n.id} ${n.title}`, n.state]),
      after.narratives.map((n) => [`${n.id} ${n.title}`, n.state]),
    ),
    changed(
      'Requirements',
      before.requirements.map((r) => [`${r.framework} ${r.id}`, r.state]),
      after.requirements.map((r) => [`${r.framework} ${r.id}`, r.state]),
    ),
    ...proven(before, after),
    changed(
      'Templates',
      before.identity.stacks.map((s) => [s.name, s.sha256.slice(0, 12)]),
      after.identity.stacks.map((s) => [s.name, s.sha256.slice(0, 12)]),
    ),
    changed(
      'Tools',
      before.identity.tools.map((t) => [t.engine, `${t.version}, ${t.rules} rules`]),
      after.identity.tools.map((t) => [t.engine, `${t.version}, ${t.rules} rules`]),
    ),
  ];
  return {
    before: {
      generated: before.identity.generated,
      commit: before.identity.commit.id,
      stage: before.identity.stage,
      result: before.result,
    },
    groups: groups.filter(({ lines }) => lines.length > 0),
  };
}

const findings = ({ rows }: Comparable): string[] =>
  (rows as readonly ComparableEvidence['rows'][number][])
    .filter(({ verdict }) => verdict === 'non-compliant' || verdict === 'error')
    .map(
      ({ engine, rule, stack, resource }) =>
        `${engine} ${rule} on ${stack === undefined ? '' : `${stack}/`}${resource}`,
    );

const exceptions = (evidence: Comparable): string[] =>
  evidence.exceptions.map(({ id, title, expires }) => `${id} ${title} (until ${expires})`);

/** Access and network: what whoever approves a release reads first. */
function proven(before: Comparable, after: Comparable) {
  if (before.proven.length === 0) return [];
  const linesOf = (evidence: Comparable, title: string): string[] =>
    evidence.proven.filter((result) => result.title === title).flatMap(({ lines }) => lines);
  const titles = new Set([...before.proven, ...after.proven].map(({ title }) => title));
  return [...titles].map((title) =>
    changes(title, linesOf(before, title), linesOf(after, title), 'new', 'gone'),
  );
}

function changes(title: string, before: string[], after: string[], added: string, removed: string) {
  return {
    title,
    lines: [
      ...surplus(after, before).map((line) => `${added}: ${line}`),
      ...surplus(before, after).map((line) => `${removed}: ${line}`),
    ],
  };
}

function changed(title: string, before: [string, string][], after: [string, string][]) {
  const [old, current] = [new Map(before), new Map(after)];
  return {
    title,
    lines: [...new Set([...old.keys(), ...current.keys()])].flatMap((key) => {
      const [from, to] = [old.get(key), current.get(key)];
      return from === to ? [] : [`${key}: ${from ?? 'not there'} → ${to ?? 'gone'}`];
    }),
  };
}

export function describeDifference({ before, groups }: Difference): string {
  const header = printable(
    `Compared with the pack of ${before.generated} (stage ${before.stage}, commit ${before.commit.slice(0, 12)}, ${before.result}).`,
  );
  if (groups.length === 0) return `${header}\nNothing changed.`;
  return [
    header,
    ...groups.map(
      ({ title, lines }) => `\n${title}\n${lines.map((line) => `  ${printable(line)}`).join('\n')}`,
    ),
  ].join('\n');
}
