import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ImageView, imageListSchema } from '../../lambda/domain/api-schemas';
import type { ReviewMessage } from '../../lambda/domain/workflow-messages';
import type { ApiClient } from '../../tools/client/api-client';
import { classifyPicture } from '../../tools/client/classify-picture';
import type { PictureFile } from '../../tools/client/find-pictures';
import type { ResultRow } from '../../tools/client/result-row';
import { pictureTypeOf } from './picture-type';

const RECORDS_SHOWN = 100;
const RECORDS_PATIENCE_MILLISECONDS = 10_000;
const PICTURE_TIMEOUT_MILLISECONDS = 180_000;

/** One picture that was sent, and what became of it. */
export interface ConsolePicture {
  /** Where the picture's bytes are. */
  path: PictureFile['path'];
  row: ResultRow;
}

/** What the page shows. */
export interface ConsoleState {
  pictures: (ResultRow & {
    index: number;
    /** Whether a browser may be shown it. */
    hasPreview: boolean;
    /** Absent for a picture that the API refused. */
    record?: ImageView | undefined;
  })[];
  reviews: ReviewMessage[];
}

/** The pictures that the page shows, the newest last; pictures dropped on the page join them. */
export class ConsolePictures {
  private readonly reviews: ReviewMessage[] = [];
  private folder: Promise<string> | undefined;

  constructor(
    private readonly api: ApiClient,
    private readonly pictures: ConsolePicture[],
    private readonly takeReviews: () => Promise<readonly ReviewMessage[]>,
  ) {}

  async state(): Promise<ConsoleState> {
    const [records] = await Promise.all([this.records(), this.collectReviews()]);
    const pictures = this.pictures.map(async ({ path, row }, index) => ({
      ...row,
      index,
      hasPreview: (await pictureTypeOf(path)) !== undefined,
      record: records.find(({ ImageID }) => ImageID === row.imageId),
    }));
    return { pictures: await Promise.all(pictures), reviews: this.reviews };
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
  async preview(index: number): Promise<{ contentType: string; content: Buffer } | undefined> {
    const path = this.pictures[index]?.path;
    const contentType = path === undefined ? undefined : await pictureTypeOf(path);
    return path === undefined || contentType === undefined
      ? undefined
      : { contentType, content: await readFile(path) };
  }

  /** Removes what was dropped on the page from this machine. */
  async close(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }

  private async records(): Promise<ImageView[]> {
    const deadline = Date.now() + RECORDS_PATIENCE_MILLISECONDS;
    const answer = await this.api.callPatiently(`/images?limit=${RECORDS_SHOWN}`, deadline);
    return answer.status === 200 ? imageListSchema.parse(answer.json()).items : [];
  }

  private async collectReviews(): Promise<void> {
    this.reviews.push(...(await this.takeReviews()));
  }
}
