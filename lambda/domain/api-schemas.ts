import * as z from 'zod';
import {
  categorySchema,
  contentTypeSchema,
  imageFormatSchema,
  processingStatusSchema,
  rejectionReasonSchema,
} from './category';
import { BOUNDS } from './bounds';
import { decisionReasonSchema, imageIdSchema, timestampSchema } from './detection-record';
import { reviewDecisionSchema } from './review-record';
import { toTimestamp } from './time';

const INLINE_CHARACTERS = Math.ceil(BOUNDS.inlineBytes / 3) * 4;

/**
 * Shown to people, never used as a path: no control characters (C0, DEL, C1), line separators or controls of writing
 * direction, no path separators, no halves of surrogate pairs (they have no UTF-8 form), and no replacement character:
 * it stands where the gateway found bytes that are no UTF-8, and a name that was damaged on its way is not the client's.
 */
export const fileNameSchema = z
  .string()
  .min(1)
  .max(BOUNDS.fileNameLength)
  .regex(
    /^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd/\\]*$/,
    'no control characters, no / or \\, and well-formed UTF-8',
  )
  .refine((name) => !/\p{Surrogate}/u.test(name), 'not well-formed Unicode')
  .describe("the client's own name for the picture; kept on the record, never used as a path");

/**
 * Canonical base64 (RFC 4648 section 4: padded, no line breaks, unused bits zero) to bytes. Compared by encoding again:
 * a pattern over millions of characters would exhaust the regular-expression stack.
 */
const inlinePictureSchema = z
  .string()
  .min(4)
  .max(
    INLINE_CHARACTERS,
    `more than ${BOUNDS.inlineBytes} bytes: announce the picture by its size instead of image, and post it with the form`,
  )
  .describe(`the picture as canonical base64; at most ${BOUNDS.inlineBytes} bytes before encoding`)
  .meta({ contentEncoding: 'base64' })
  .transform((text, context): Uint8Array => {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') === text) return bytes;
    context.issues.push({ code: 'custom', message: 'not canonical base64', input: undefined });
    return z.NEVER;
  });

/** Without #, which ends it in the index's key. */
const referenceSchema = z
  .string()
  // Said, not asked: the pattern asks it already, and one fault is told once.
  .meta({ maxLength: BOUNDS.referenceOfClientLength })
  .regex(
    new RegExp(`^[\\x21\\x22\\x24-\\x7e]{1,${BOUNDS.referenceOfClientLength}}$`),
    `1 to ${BOUNDS.referenceOfClientLength} visible ASCII characters, no #`,
  )
  .describe(
    "the client's own reference (an order, a case): comes back with the image, and lists are filtered by it",
  );

const described = {
  fileName: fileNameSchema,
  contentType: contentTypeSchema,
  reference: referenceSchema.optional(),
};

/** A small picture inside the request. */
export const inlineUploadSchema = z
  .strictObject({ ...described, image: inlinePictureSchema })
  .meta({ id: 'InlineUpload' });
export type InlineUpload = z.output<typeof inlineUploadSchema>;

/** A picture to come by presigned POST, of exactly this size. */
export const presignedUploadSchema = z
  .strictObject({
    ...described,
    size: z.int().min(1).max(BOUNDS.pictureBytes).describe('exact size of the picture, in bytes'),
  })
  .meta({ id: 'PresignedUpload' });
export type PresignedUpload = z.output<typeof presignedUploadSchema>;

/** Body of `POST /upload`. Handlers use `parseUploadRequest`, whose faults name the fields. */
export const uploadRequestSchema = z
  .union([inlineUploadSchema, presignedUploadSchema])
  .meta({ id: 'UploadRequest' });
export type UploadRequest = z.output<typeof uploadRequestSchema>;

/** Visible ASCII without space. */
export const idempotencyKeySchema = z
  .string()
  .meta({ maxLength: BOUNDS.idempotencyKeyLength })
  .regex(
    new RegExp(`^[\\x21-\\x7e]{1,${BOUNDS.idempotencyKeyLength}}$`),
    `1 to ${BOUNDS.idempotencyKeyLength} visible ASCII characters`,
  )
  .describe('a repeat of the same request with the same key answers the same and makes no second image');

/**
 * RFC 3339 with any offset and any fraction of a second, as programs write it, to UTC and whole seconds, as records hold
 * it. The plus sign of an offset reaches us as a space when the client leaves it unescaped; the offset itself comes
 * without its colon from Python's and C's `%z`, which generated clients use.
 */
const instantSchema = z
  .string()
  .transform((text) =>
    text.replace(
      /([ +-])(\d\d):?(\d\d)$/,
      (_, sign: string, hours: string, minutes: string) => `${sign === ' ' ? '+' : sign}${hours}:${minutes}`,
    ),
  )
  .pipe(z.iso.datetime({ offset: true, error: 'a date and time with its offset, as 2025-08-04T11:42:00Z' }))
  .transform((text) => toTimestamp(Date.parse(text)))
  .pipe(timestampSchema);

export const imagePathSchema = z.strictObject({ id: imageIdSchema.describe('the image id') });

/** Query of `GET /images/{id}`. */
export const readQuerySchema = z.object({
  wait: z
    .string()
    .regex(/^[1-9]\d?$/, `a whole number from 1 to ${BOUNDS.longestWaitSeconds}`)
    .transform(Number)
    .pipe(z.int().min(1).max(BOUNDS.longestWaitSeconds))
    .optional()
    .describe(
      `seconds to wait for the image to reach its place, if it has not. Up to ${BOUNDS.waitsAtOnce} requests of a client wait at once; one more is answered as if it had not asked to wait`,
    ),
});

/** Query of `GET /images`; times are inclusive, by the whole second. */
export const listQuerySchema = z
  .strictObject({
    animal: categorySchema.optional().describe('only pictures decided so'),
    status: processingStatusSchema.optional().describe('only pictures in this state'),
    from: instantSchema
      .optional()
      .describe('uploaded in this second or later; any offset, a fraction is cut off'),
    to: instantSchema
      .optional()
      .describe('uploaded in this second or earlier; any offset, a fraction is cut off'),
    reference: referenceSchema.optional().describe("only pictures under this reference of the client's own"),
    fileName: fileNameSchema
      .optional()
      .describe('only pictures of exactly this name; read, then left out: pages may be short or empty'),
    order: z.enum(['newest', 'oldest']).default('newest').describe('which comes first, by time of upload'),
    limit: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, `a whole number from 1 to ${BOUNDS.pageItems}`)
      .transform(Number)
      .pipe(z.int().min(1).max(BOUNDS.pageItems))
      .default(BOUNDS.usualPageItems)
      .describe('most items of a page; a page may hold fewer'),
    cursor: z
      .string()
      .min(1)
      .max(BOUNDS.cursorLength)
      .optional()
      .describe("the last page's cursor; all else unchanged"),
  })
  .refine((query) => query.from === undefined || query.to === undefined || query.from <= query.to, {
    message: 'from must not be after to',
    path: ['from'],
  });
export type ListQuery = z.output<typeof listQuerySchema>;

/** The other query of `GET /images`: some images by their ids, and nothing besides. */
export const batchQuerySchema = z.strictObject({
  ids: z
    .array(imageIdSchema)
    .min(1)
    .max(BOUNDS.batchImages)
    .describe(
      "these images, in this order, and no other parameter: repeat `ids` for each. What is missing from the answer does not exist, or is not the client's",
    ),
});

/** For everybody's use of a form: post it to `url` as multipart/form-data, `fields` first and the file last as `file`. */
const formSchema = z.object({
  url: z.url().describe('where to post the form'),
  fields: z
    .record(z.string(), z.string().max(BOUNDS.formFieldLength))
    .describe('every one goes into the form, before the file'),
  expiresAt: timestampSchema.describe('a repeat of the request gives a fresh form'),
});
export type UploadForm = z.output<typeof formSchema>;

/**
 * One shape for both answers of an upload, since generated clients have one return type for all that is success. 201:
 * post the picture with the form. 202: the picture is here.
 */
export const uploadAnswerSchema = z
  .object({
    imageId: imageIdSchema,
    status: processingStatusSchema,
    upload: formSchema
      .optional()
      .describe('the form to post the picture with; absent when it is here already'),
    links: z.object({
      self: z
        .string()
        .max(BOUNDS.referenceLength)
        .describe('the record, relative to the host; the same as the header Location'),
    }),
  })
  .meta({ id: 'UploadAnswer' });
export type UploadAnswer = z.output<typeof uploadAnswerSchema>;

const percent = z.number().min(0).max(100);

/** What the detector named. */
export const labelViewSchema = z
  .object({
    Name: z.string().max(BOUNDS.labelLength),
    Confidence: percent.describe('percent'),
    Parents: z.array(z.string().max(BOUNDS.labelLength)).max(100).describe('what the label is a kind of'),
  })
  .meta({ id: 'Label' });

/** Fractions of the picture as a viewer shows it, upright. */
export const boxViewSchema = z
  .object({
    Confidence: percent.describe('percent'),
    Left: z.number().describe('of the left edge, as a fraction of the width'),
    Top: z.number().describe('of the upper edge, as a fraction of the height'),
    Width: z.number().describe('as a fraction of the width'),
    Height: z.number().describe('as a fraction of the height'),
  })
  .meta({ id: 'Box' });

export const candidateViewSchema = z
  .object({
    Animal: z.enum(['cat', 'dog']),
    Score: percent.describe('percent; what the decision was made of'),
    Boxes: z
      .array(boxViewSchema)
      .max(BOUNDS.boxes)
      .describe(
        'where it was seen, the surest first, in the upright picture; edges may lie a little outside of it',
      ),
  })
  .meta({ id: 'Candidate' });

/**
 * What a client sees of its record: the brief's eight fields and what explains the outcome. Leases, source versions,
 * digests, thresholds and owners stay inside.
 */
export const imageViewSchema = z
  .object({
    ImageID: imageIdSchema,
    DetectedAnimal: categorySchema.optional().describe('absent until decided'),
    ConfidenceScore: percent.optional().describe('percent, of the stronger animal; absent until decided'),
    Timestamp: timestampSchema.describe('when the id was given out'),
    S3Location: z
      .string()
      .max(BOUNDS.textLength)
      .describe(
        'opaque: where operators find the picture. Clients cannot read it and must not take it apart; its form may change',
      ),
    ProcessingStatus: processingStatusSchema.describe(
      '`completed` and `quarantined` are final. `failed` is our fault: the picture is kept and taken up again, do not send it anew',
    ),
    FileSize: z.int().min(0).max(BOUNDS.pictureBytes).describe('bytes'),
    ImageFormat: imageFormatSchema,
    FileName: z.string().max(BOUNDS.fileNameLength).describe("the client's own name for the picture"),
    DecisionReason: decisionReasonSchema
      .optional()
      .describe("the model's: `clear` for cat and dog, `no-animal` for other, else why a person was asked"),
    QuarantineReason: rejectionReasonSchema.optional().describe('when quarantined: why'),
    Width: z.int().min(1).max(BOUNDS.longestSide).optional().describe('pixels'),
    Height: z.int().min(1).max(BOUNDS.longestSide).optional().describe('pixels'),
    CompletedAt: timestampSchema.optional().describe('when the picture reached its folder'),
    Reference: z
      .string()
      .max(BOUNDS.referenceOfClientLength)
      .optional()
      .describe("the client's own reference, as it was given"),
    Labels: z
      .array(labelViewSchema)
      .max(BOUNDS.labels)
      .optional()
      .describe('what was seen, the surest first; absent until decided'),
    Candidates: z
      .array(candidateViewSchema)
      .max(2)
      .optional()
      .describe('which of the animals were seen at all, the likelier first; absent until decided'),
    Review: z
      .object({
        Outcome: reviewDecisionSchema.shape.outcome.describe(
          '`reject`: quarantined; `undecided`: it stays uncertain',
        ),
        DecidedBy: reviewDecisionSchema.shape.decidedBy.describe('`expiry`: nobody decided in time'),
        DecidedAt: timestampSchema,
      })
      .optional()
      .describe('how the review of an uncertain picture ended; `DetectedAnimal` follows within minutes'),
    // Not required: while a release shifts, the version before answers beside this one.
    ExpiresAt: timestampSchema
      .optional()
      .describe(
        'the record and the picture are deleted in the days after this; set anew when the image reaches its folder',
      ),
  })
  .meta({ id: 'Image' });
export type ImageView = z.output<typeof imageViewSchema>;

/** A page. Only a missing cursor means the end. */
export const imageListSchema = z
  .object({
    items: z.array(imageViewSchema).max(BOUNDS.pageItems),
    cursor: z.string().max(BOUNDS.cursorLength).optional().describe('for the next page; missing at the end'),
  })
  .meta({ id: 'ImageList' });
export type ImageList = z.output<typeof imageListSchema>;
