import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError } from '../gate-error';
import type { Identity } from './evidence';
import { nameInPack } from './name-in-pack';
import { printable } from './printable';
import { misplaced, occasionSchema } from './purpose';
import { sha256 } from './sha256';

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';

/** Whether a directory is a pack that may be compared with and replaced; a cloud assembly has a manifest.json too. */
export const isPack = (directory: string): boolean =>
  [MANIFEST, 'evidence.json'].every((file) => existsSync(path.join(directory, file)));

/** @throws GateError PACK_INVALID when something that is no pack stands in a pack's place. */
export function refuseForeign(directory: string): void {
  if (!existsSync(directory) || isPack(directory) || readdirSync(directory).length === 0) return;
  throw new GateError(
    'PACK_INVALID',
    `${directory} holds something that is no evidence pack; it will not be replaced. Name another place with --output.`,
  );
}

/** When a pack was written. */
export const packTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/, 'is no time (ISO 8601, UTC)');
const sum = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hexadecimal');
const line = z.string().refine((text) => printable(text) === text, 'holds what would steer a terminal');

const manifestShape = z.strictObject({
  /** 1 does not tell what the pack is for. */
  format: z.literal([1, 2]),
  generated: packTime,
  stage: nameInPack,
  commit: z.strictObject({ id: nameInPack, modified: z.boolean() }),
  ...occasionSchema,
  tools: z.array(z.strictObject({ engine: line, version: line, rules: z.number() })),
  /** SHA-256 of every other file of the pack, by its path. */
  files: z.record(z.string(), sum),
  signature: z.union([
    z.literal('UNSIGNED'),
    z.strictObject({ algorithm: z.literal('ECDSA_SHA_256'), key: line }),
  ]),
  /** SHA-256 of this manifest without this field. */
  self: sum,
});
export type Manifest = z.infer<typeof manifestShape>;
export const manifestSchema = manifestShape.refine(
  ({ format, purpose, execution, about }) =>
    purpose === undefined
      ? format === 1 && execution === undefined && about === undefined
      : format === 2 && misplaced({ purpose, execution, about }).length === 0,
  'tells otherwise what it is for than its format has it',
);

export type PackFiles = ReadonlyMap<string, string | Uint8Array>;

/** The one way in which a manifest is written; any other bytes are a change. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, undefined, 1)}\n`;

/** With its own sum, whatever the field held before. */
export function sealed(manifest: Omit<Manifest, 'self'> & { readonly self?: string }): Manifest {
  const content: Omit<Manifest, 'self'> & { self?: string } = { ...manifest };
  delete content.self;
  return { ...content, self: sha256(JSON.stringify(content)) };
}

export const manifestOf = (
  files: PackFiles,
  { generated, stage, commit, purpose, execution, about, tools }: Identity,
): Manifest =>
  sealed({
    format: 2,
    generated,
    stage,
    commit: { ...commit },
    purpose,
    ...(execution !== undefined && { execution }),
    ...(about !== undefined && { about }),
    tools: [...tools],
    files: Object.fromEntries(
      [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, content]) => [file, sha256(content)]),
    ),
    signature: 'UNSIGNED',
  });
