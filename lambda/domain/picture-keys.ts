import type { Category, ImageFormat } from './category';

/** The folders (key prefixes) of the picture bucket. */
export const FOLDERS = ['input', 'cats', 'dogs', 'others', 'review', 'quarantine'] as const;
export type Folder = (typeof FOLDERS)[number];

/** Where a picture can be once it was looked at. */
type LaterFolder = Exclude<Folder, 'input'>;

const FOLDER_OF_CATEGORY: Record<Category, LaterFolder> = {
  cat: 'cats',
  dog: 'dogs',
  other: 'others',
  uncertain: 'review',
};

/** Where a decided picture belongs. */
export const folderOfCategory = (category: Category): LaterFolder => FOLDER_OF_CATEGORY[category];

/** Where a picture stands once it was looked at: `FOLDER/IMAGE-ID.FORMAT`. Nothing that a client writes enters a key. */
export const pictureKey = (folder: LaterFolder, imageId: string, format: ImageFormat): string =>
  `${folder}/${imageId}.${format}`;

/**
 * Where a picture arrives: `input/IMAGE-ID.CLIENT-ID.FORMAT`. The client is in it because an event rule can read nothing
 * else of an object, and it is by the rule that a message gets its client as message group (docs/decisions/0303).
 */
export const inputKey = (imageId: string, clientId: string, format: ImageFormat): string =>
  `input/${imageId}.${clientId}.${format}`;

/** The message group of what arrives under a key that names no client of the stage; no client is called so. */
export const NO_CLIENT = '-';

/** What the arrivals of one client match, as a wildcard of an event pattern: no other part of such a key has dots. */
export const inputKeysOfClient = (clientId: string): string => `input/*.${clientId}.*`;

/** A later version of an input key, kept apart from the picture that was claimed first. */
export const laterVersionKey = (imageId: string, versionDigest: string, format: ImageFormat): string =>
  `quarantine/${imageId}.${versionDigest}.${format}`;

/** Every key of a picture in a folder begins so, later versions included. */
export const pictureKeyPrefix = (folder: Folder, imageId: string): string => `${folder}/${imageId}.`;

const INPUT_KEY =
  /^input\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\.([a-z][a-z0-9-]*))?\.(jpg|png)$/;

export interface InputKey {
  readonly imageId: string;
  /** Absent from keys that were given out before keys named their client. */
  readonly clientId: string | undefined;
  readonly format: ImageFormat;
}

/** The parts of an input key, or undefined when the key is none of ours. The key is decoded already. */
export function parseInputKey(key: string): InputKey | undefined {
  const [, imageId, clientId, format] = INPUT_KEY.exec(key) ?? [];
  return imageId === undefined ? undefined : { imageId, clientId, format: format as ImageFormat };
}

export const s3Location = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
