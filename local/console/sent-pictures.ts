import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ApiClient } from '../../tools/client/api-client';
import { classifyPicture } from '../../tools/client/classify-picture';
import type { PictureFile } from '../../tools/client/find-pictures';
import type { ResultRow } from '../../tools/client/result-row';
import { pictureTypeOf, type PictureType } from './picture-type';

const PICTURE_TIMEOUT_MILLISECONDS = 180_000;

/** One picture that was sent from here, and what became of it. */
export interface SentPicture {
  /** Where the picture's bytes are. */
  path: PictureFile['path'];
  row: ResultRow;
}

/** A file that became no record: the API refused it, or could not be asked. */
export interface RefusedPicture extends ResultRow {
  index: number;
  /** Whether a browser may be shown it. */
  hasPreview: boolean;
}

/** The pictures that were sent from this machine, by `npm start` or from the page. */
export class SentPictures {
  private folder: Promise<string> | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly pictures: SentPicture[],
  ) {}

  /** Files without a record, the newest last; those with one are listed by the API. */
  async refused(): Promise<RefusedPicture[]> {
    const rows = this.pictures.map(async ({ path, row }, index) =>
      row.imageId === null ? [{ ...row, index, hasPreview: (await pictureTypeOf(path)) !== undefined }] : [],
    );
    return (await Promise.all(rows)).flat();
  }

  /** Sends a picture through the public API, as any client would, and waits for its outcome. */
  async add(name: string, bytes: Uint8Array): Promise<ResultRow> {
    this.folder ??= mkdtemp(join(tmpdir(), 'serverlessapp-console-'));
    // The file keeps its name: it is what the client declares.
    const folder = join(await this.folder, randomUUID());
    const path = join(folder, basename(name));
    await mkdir(folder);
    await writeFile(path, bytes);
    const row = await classifyPicture(this.api, { path, name: basename(name) }, PICTURE_TIMEOUT_MILLISECONDS);
    this.pictures.push({ path, row });
    return row;
  }

  /** A picture for its thumbnail; undefined for what is none. */
  async preview(index: number): Promise<{ type: PictureType; content: Buffer } | undefined> {
    const path = this.pictures[index]?.path;
    const type = path === undefined ? undefined : await pictureTypeOf(path);
    return path === undefined || type === undefined ? undefined : { type, content: await readFile(path) };
  }

  /** Removes what was dropped on the page from this machine. */
  async close(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }
}
