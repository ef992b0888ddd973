import * as z from 'zod';
import { imageIdSchema } from '../../lambda/domain/detection-record';
import { imageViewSchema } from '../../lambda/domain/api-schemas';
import { PROBLEM_CODES } from '../../lambda/domain/problems';

/** What a driver is given, as JSON in the file that SCENARIO names. */
export interface Scenario {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** A key whose quota is used up. */
  readonly exhaustedKey: string;
  /** PEM; the authority of the embedded AWS. */
  readonly caFile: string;
  /** A JPEG of a cat. */
  readonly picture: string;
  /** With an offset and a fraction: before the driver began, and after it will have ended. */
  readonly since: string;
  readonly until: string;
  readonly idempotencyKey: string;
  /** An image id that nobody has. */
  readonly unknownId: string;
  /** An image, and the headers of a steward's signature for erasing it. */
  readonly erasure: { readonly imageId: string; readonly headers: Readonly<Record<string, string>> };
}

const submission = z.strictObject({
  status: z.int(),
  imageId: imageIdSchema,
  self: z.string(),
  location: z.string(),
  hasForm: z.boolean(),
});
const ids = z.array(imageIdSchema);
/** Some languages leave out what is absent, others write null. */
const perhaps = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const refusal = z.strictObject({
  status: z.int(),
  code: z.enum(PROBLEM_CODES),
  reason: perhaps,
  paths: z.array(z.string()),
  retryAfter: perhaps,
});
/** As a language's own types write it again: its times may have another spelling. */
const image = imageViewSchema.extend({
  Timestamp: z.string(),
  CompletedAt: z.string().optional(),
  ExpiresAt: z.string().optional(),
});

/** What a driver tells, as JSON on standard output. */
export const reportSchema = z.strictObject({
  sent: submission,
  /** The ids of one upload made twice under one key. */
  repeated: ids,
  announced: submission,
  /** The status with which S3 took the form. */
  posted: z.int(),
  /** What became of the first and of the announced picture. */
  images: z.array(image),
  /** Of a read of the first picture that asks to wait, and of one that names the tag of that answer. */
  waited: z.int(),
  unchanged: z.int(),
  /** Every page of two. */
  listed: ids,
  pages: z.int(),
  inRange: ids,
  beforeRange: ids,
  ofCats: ids,
  refused: z.strictObject({
    unknownImage: refusal,
    badBase64: refusal,
    noPicture: refusal,
    badCursor: refusal,
    mediaType: refusal,
    noKey: refusal,
    exhausted: refusal,
    stewardByKey: refusal,
  }),
  /** Of the announced picture, with the client's key. */
  erased: z.int(),
  erasedBySteward: z.int(),
});
export type Report = z.infer<typeof reportSchema>;
