import type { Category, ImageFormat } from './category';

/** The folders (key prefixes) of the picture bucket. */
export const FOLDERS = ['input', 'cats', 'dogs', 'others', 'review', 'quarantine'] as const;
export type Folder = (typeof FOLDERS)[number];

const FOLDER_OF_CATEGORY: Record<Category, Folder> = {
  cat: 'cats',
  dog: 'dogs',
  other: 'others',
  uncertain: 'review',
};

/** Where a decided picture belongs. */
export const folderOfCategory = (category: Category): Folder => FOLDER_OF_CATEGORY[category];

/** `FOLDER/IMAGE-ID.FORMAT`; nothing that a client writes enters a key. */
export const pictureKey = (folder: Folder, imageId: string, format: ImageFormat): string =>
  `${folder}/${imageId}.${format}`;

/** A later version of an input key, kept apart from the picture that was claimed first. */
export const laterVersionKey = (imageId: string, versionDigest: string, format: ImageFormat): string =>
  `quarantine/${imageId}.${versionDigest}.${format}`;

/** Every key of a picture in a folder begins so, later versions included. */
export const pictureKeyPrefix = (folder: Folder, imageId: string): string => `${folder}/${imageId}.`;

const INPUT_KEY = /^input\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(jpg|png)$/;

/** The parts of an input key, or undefined when the key is none of ours. The key is decoded already. */
export function parseInputKey(key: string): { imageId: string; format: ImageFormat } | undefined {
  const match = INPUT_KEY.exec(key);
  return match?.[1] === undefined ? undefined : { imageId: match[1], format: match[2] as ImageFormat };
}

export const s3Location = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
