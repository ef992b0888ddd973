import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Identity } from './evidence';
import { sha256 } from './sha256';

export const MANIFEST = 'manifest.json';
export const SIGNATURE = 'manifest.sig';

/** Whether a directory is a pack that may be compared with and replaced; a cloud assembly has a manifest.json too. */
export const isPack = (directory: string): boolean =>
  [MANIFEST, 'evidence.json'].every((file) => existsSync(path.join(directory, file)));

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  generated: z.string(),
  stage: z.string(),
  commit: z.strictObject({ id: z.string(), modified: z.boolean() }),
  tools: z.array(z.strictObject({ engine: z.string(), version: z.string(), rules: z.number() })),
  /** SHA-256 of every other file of the pack, by its path. */
  files: z.record(z.string(), z.string()),
  signature: z.union([
    z.literal('UNSIGNED'),
    z.strictObject({ algorithm: z.literal('ECDSA_SHA_256'), key: z.string() }),
  ]),
  /** SHA-256 of this manifest without this field. */
  self: z.string(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export type PackFiles = ReadonlyMap<string, string | Uint8Array>;

/** The one way in which a manifest is written; any other bytes are a change. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, undefined, 1)}\n`;

/** With its own sum, whatever the field held before. */
export function sealed(manifest: Omit<Manifest, 'self'> & { readonly self?: string }): Manifest {
  const content: Omit<Manifest, 'self'> & { self?: string } = { ...manifest };
  delete content.self;
  return { ...content, self: sha256(JSON.stringify(content)) };
}

export const manifestOf = (files: PackFiles, { generated, stage, commit, tools }: Identity): Manifest =>
  sealed({
    format: 1,
    generated,
    stage,
    commit: { ...commit },
    tools: [...tools],
    files: Object.fromEntries(
      [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, content]) => [file, sha256(content)]),
    ),
    signature: 'UNSIGNED',
  });
