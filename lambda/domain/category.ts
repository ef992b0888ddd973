import * as z from 'zod';

/** What a picture is taken for. `uncertain` asks a person. */
export const categorySchema = z.enum(['cat', 'dog', 'other', 'uncertain']);
export type Category = z.infer<typeof categorySchema>;

/**
 * `pending`: an id and perhaps an upload form were given out, no picture yet. `processing`: claimed by the workflow.
 * `completed`: decided and in its folder. `quarantined`: the picture's own fault, reason on record. `failed`: not the
 * picture's fault, retries exhausted; it stays in input/ and a redrive starts it again.
 */
export const processingStatusSchema = z.enum(['pending', 'processing', 'completed', 'quarantined', 'failed']);
export type ProcessingStatus = z.infer<typeof processingStatusSchema>;

/** Whether a picture in this state is in its place: nothing more is done with it but erasure. */
export const isFinalStatus = (status: ProcessingStatus): status is 'completed' | 'quarantined' =>
  status === 'completed' || status === 'quarantined';

export const imageFormatSchema = z.enum(['jpg', 'png']);
export type ImageFormat = z.infer<typeof imageFormatSchema>;

/** The media types that clients may declare, and the format each stands for. */
export const FORMAT_OF_CONTENT_TYPE = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const satisfies Record<
  string,
  ImageFormat
>;
export const contentTypeSchema = z.enum(['image/jpeg', 'image/png']);
export type ContentType = z.infer<typeof contentTypeSchema>;

/** Why a picture was refused; stable codes, part of the API. */
export const rejectionReasonSchema = z.enum([
  'empty-file',
  'not-a-picture',
  'unsupported-format',
  'type-mismatch',
  'truncated',
  'malformed',
  'too-small',
  'too-large',
  'dimensions-too-large',
  'animated',
  'refused-by-detector',
]);
export type RejectionReason = z.infer<typeof rejectionReasonSchema>;
