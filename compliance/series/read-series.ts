import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';
import { MANIFEST } from '../report/manifest';
import { nameInPack } from '../report/name-in-pack';
import { printable, printableTexts } from '../report/printable';
import { PURPOSES } from '../report/purpose';
import { type Verification, verifyPack } from '../report/verify-pack';
import { beginningOf } from '../../lambda/domain/cut-text';

const EVIDENCE = 'evidence.json';

const controlSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.string(),
  exceptions: z.array(z.string()).default([]),
  evidence: z
    .array(
      z.object({
        kind: z.string(),
        source: z.string(),
        compliant: z.number(),
        excepted: z.number(),
        open: z.number(),
      }),
    )
    .default([]),
  missing: z.array(z.string()).default([]),
});

/** What a series is told from; a pack holds more. */
const packSchema = z.object({
  identity: z.object({
    generated: z.iso.datetime(),
    // They are told as parts of commands.
    stage: nameInPack,
    commit: z.object({ id: nameInPack, modified: z.boolean() }),
    purpose: z.enum(PURPOSES).optional(),
    execution: nameInPack.optional(),
    run: z.string().optional(),
    stacks: z.array(z.object({ name: z.string(), environment: z.string() })).default([]),
  }),
  result: z.string(),
  narratives: z.array(controlSchema),
  requirements: z
    .array(
      controlSchema.extend({
        framework: z.string(),
        /** The narratives that it is claimed by. */
        parts: z.array(z.object({ narrative: z.string() })).default([]),
      }),
    )
    .default([]),
  exceptions: z
    .array(z.object({ id: z.string(), title: z.string(), expires: z.iso.date(), findings: z.number() }))
    .default([]),
  /** Of each verdict only what it is about. */
  rows: z
    .array(
      z.object({
        engine: z.string(),
        rule: z.string(),
        stack: z.string().optional(),
        resource: z.string().optional(),
        resourceType: z.string().optional(),
      }),
    )
    .default([]),
  /** Names the pack that it was compared with, and so that there was one. */
  difference: z.object({ before: z.object({ generated: z.string(), stage: z.string() }) }).optional(),
});
export type PackContent = z.infer<typeof packSchema>;
export type PackControl = z.infer<typeof controlSchema>;

/** One pack of a series. */
export interface SeriesPack {
  /** Its directory's name. */
  readonly name: string;
  readonly signature: Verification['signature'];
  /** What was changed since it was written; then nothing that it says counts. */
  readonly changes: readonly string[];
  /** The time that its manifest states, or its content when the manifest cannot be read. */
  readonly generated: string;
  /** None where the pack was changed or cannot be read. */
  readonly content: PackContent | undefined;
}

const unsigned = (signature: Verification['signature'], publicKey: string | undefined): string[] =>
  publicKey === undefined || signature === 'verified' ? [] : [`its signature is ${signature}, not verified`];

/** When a pack says that it was made, of one whose manifest is not to be read: only to know its place in the series. */
function claimedTime(pack: string): string {
  const claimed = z.object({ identity: z.object({ generated: z.iso.datetime() }) });
  try {
    return claimed.parse(JSON.parse(readFileSync(path.join(pack, EVIDENCE), 'utf8'))).identity.generated;
  } catch {
    return '';
  }
}

/** As verifyPack, of a directory that has lost what makes it a pack, too. */
function verified(pack: string, publicKey: string | undefined): Verification {
  try {
    return verifyPack(pack, publicKey);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { changes: [`${MANIFEST}: is missing`], manifest: undefined, signature: 'not checked' };
  }
}

function readPack(directory: string, place: string, publicKey: string | undefined): SeriesPack {
  const pack = path.join(directory, place);
  const name = printable(place);
  const { changes, manifest, signature } = verified(pack, publicKey);
  const problems = [
    ...changes,
    ...unsigned(signature, publicKey),
    // Nothing that it evaluates ever ran because of it.
    ...(manifest?.purpose === 'recheck' ? ['it evaluates the assembly of another commit than it names'] : []),
  ];
  const generated = manifest?.generated ?? claimedTime(pack);
  const nothing = { name, signature, generated, content: undefined };
  if (problems.length > 0 || manifest === undefined) return { ...nothing, changes: problems };
  try {
    const content = printableTexts(
      packSchema.parse(JSON.parse(readFileSync(path.join(pack, EVIDENCE), 'utf8'))),
    );
    // The manifest is what is signed: a pack may not date itself otherwise.
    const { identity } = content;
    return identity.generated === manifest.generated &&
      identity.stage === manifest.stage &&
      identity.commit.id === manifest.commit.id &&
      identity.purpose === manifest.purpose &&
      identity.execution === manifest.execution
      ? { name, signature, changes: [], generated: manifest.generated, content }
      : { ...nothing, changes: [`${MANIFEST}: time, stage, commit or purpose is not that of ${EVIDENCE}`] };
  } catch (error) {
    return {
      ...nothing,
      changes: [`${EVIDENCE}: cannot be read: ${printable(beginningOf(messageOf(error), 200))}`],
    };
  }
}

/** Deep enough for how the pipeline keeps them, `packs/COMMIT/BUILD`. */
const DEPTH = 3;

/** Directories that are packs, or were before they lost a file; a pack holds no other. */
function packsBelow(directory: string, below = '', depth = DEPTH): string[] {
  return readdirSync(path.join(directory, below), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      // A name whose bytes are no text leads nowhere when it is written down.
      if (!existsSync(path.join(directory, below, name))) return [];
      const inner = path.join(below, name);
      const isOne = [MANIFEST, EVIDENCE].some((file) => existsSync(path.join(directory, inner, file)));
      if (isOne) return [inner];
      return depth > 1 ? packsBelow(directory, inner, depth - 1) : [];
    });
}

/**
 * The packs of one stage below a directory, the oldest first. What was changed stays in the series, without its content.
 * @param publicKey - PEM; with it only packs count whose signature it verifies.
 * @throws GateError PACK_INVALID when there is no pack of the stage.
 */
export function readSeries(directory: string, stage: string, publicKey?: string): SeriesPack[] {
  if (!existsSync(directory))
    throw new GateError(
      'PACK_INVALID',
      `There is no directory ${directory}. Name the one that holds the packs.`,
    );
  const packs = packsBelow(directory)
    .map((name) => readPack(directory, name, publicKey))
    .filter(({ content }) => content === undefined || content.identity.stage === stage)
    .sort((a, b) => a.generated.localeCompare(b.generated) || a.name.localeCompare(b.name));
  if (packs.length === 0)
    throw new GateError('PACK_INVALID', `${directory} holds no evidence pack of stage ${stage}.`);
  return packs;
}
