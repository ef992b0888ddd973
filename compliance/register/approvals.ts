import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES, type StageName } from '../../lib/config/schema';
import { GateError, messageOf } from '../gate-error';
import { isRecord } from '../is-record';
import { stageFree } from '../rules/proofs/function-names';
import { sha256 } from '../report/sha256';
import type { VerdictRow } from '../verdict-row';
import { isoDate, role } from './schema';

/** What is approved: an entry of the exceptions register, or an accepted path of policies/attack-paths.yaml. */
const approvableId = z.string().regex(/^(?:EXC|ATK)-\d{3}$/, 'ids read EXC-001 or ATK-001');

const EVERYWHERE = 'every stage';

/** One decision, as `npm run compliance -- approve` writes it; the gate holds the entry and its findings against it. */
const approvalSchema = z.strictObject({
  id: approvableId,
  by: role,
  on: isoDate,
  /** SHA-256 of the entry as it was decided on. */
  entry: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal'),
  /** What it covered on that day, without the names of stages and accounts: rule and resource. */
  findings: z.partialRecord(z.enum([EVERYWHERE, ...STAGE_NAMES]), z.array(z.string().min(3)).min(1)),
});
export type Approval = z.infer<typeof approvalSchema>;
export type Approvals = ReadonlyMap<string, Approval>;

/**
 * Every approval on record.
 * @param directory the folder of policies
 * @throws GateError REGISTER_INVALID when a file is not valid or is named after another entry
 */
export function loadApprovals(directory: string): Approvals {
  const folder = path.join(directory, 'approvals');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  return new Map(
    names.map((name) => {
      const file = path.join(folder, name);
      try {
        const approval = approvalSchema.parse(parse(readFileSync(file, 'utf8'), { uniqueKeys: true }));
        if (name !== `${approval.id}.yaml`) throw new RangeError(`it approves ${approval.id}`);
        return [approval.id, approval];
      } catch (error) {
        throw new GateError('REGISTER_INVALID', `${file} is not valid: ${messageOf(error)}`);
      }
    }),
  );
}

/** The JSON of a value, the same whatever the order of its keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    isRecord(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );

/** The digest by which an approval holds to what was decided on. */
export const digestOf = (entry: object): string => sha256(canonical(entry));

/** A finding as an approval knows it: rule and resource, without the stage's name and account. */
export const findingLine = (
  { engine, rule, constructPath }: Pick<VerdictRow, 'engine' | 'rule' | 'constructPath'>,
  stage: string,
): string => stageFree(`${engine} ${rule} at ${constructPath ?? ''}`, loadStageConfig(stage).account);

/** Findings by stage as an approval keeps them: what is found in all of its stages stands there once. */
export function approvedFindings(byStage: ReadonlyMap<StageName, ReadonlySet<string>>): Approval['findings'] {
  const all = [...byStage.values()];
  const everywhere = [...(all[0] ?? [])].filter((line) => all.every((lines) => lines.has(line)));
  const kept = [
    [EVERYWHERE, everywhere] as const,
    ...[...byStage].map(
      ([stage, lines]) => [stage, [...lines].filter((line) => !everywhere.includes(line))] as const,
    ),
  ].filter(([, lines]) => lines.length > 0);
  return Object.fromEntries(kept.map(([name, lines]) => [name, [...lines].sort()]));
}

/** What an approval covers in a stage. */
const coveredIn = ({ findings }: Approval, stage: string): ReadonlySet<string> =>
  new Set([...(findings[EVERYWHERE] ?? []), ...(findings[stage as StageName] ?? [])]);

const MOST = 3;

/** Why what stands today is not what was approved; empty when it is. Findings that are gone need no new decision. */
export function unapproved(
  entry: { readonly id: string; readonly approver: string },
  digest: string,
  found: Iterable<string>,
  { approvals, stage }: { readonly approvals: Approvals; readonly stage: string },
): string[] {
  const approval = approvals.get(entry.id);
  if (approval === undefined) return ['Nobody approved it.'];
  const covered = coveredIn(approval, stage);
  const grown = [...new Set(found)].filter((line) => !covered.has(line)).sort();
  return [
    ...(approval.by === entry.approver
      ? []
      : [`${approval.by} approved it, and ${entry.approver} has to decide.`]),
    ...(approval.entry === digest ? [] : [`It was changed after ${approval.by} approved it.`]),
    ...(grown.length === 0
      ? []
      : [
          `${grown.length} of its findings were not there when it was approved: ${grown.slice(0, MOST).join('; ')}${grown.length > MOST ? '; …' : ''}.`,
        ]),
  ];
}

const HEAD =
  '# Written by `npm run compliance -- approve`; the gate holds the entry and its findings against it. SECURITY.md says what an approval is.\n';

/** Writes an approval. @returns the file */
export function writeApproval(directory: string, { findings, ...decision }: Approval): string {
  const file = path.join(directory, 'approvals', `${decision.id}.yaml`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${HEAD}${stringify({ ...decision, findings }, { singleQuote: true, lineWidth: 0 })}`);
  return file;
}
