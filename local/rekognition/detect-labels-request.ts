import * as z from 'zod';
import { ServiceError } from './service-error';

/** https://docs.aws.amazon.com/rekognition/latest/dg/limits.html and API_Image: at most 5 MB as bytes. */
const MAXIMUM_INLINE_BYTES = 5 * 1024 * 1024;
const DEFAULT_MINIMUM_CONFIDENCE = 55;
const DEFAULT_MAXIMUM_LABELS = 1000;

const filter = z.array(z.string().min(1)).max(100).optional();

/**
 * The part of the request that this endpoint knows.
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html#API_DetectLabels_RequestSyntax
 */
const requestSchema = z.object({
  Image: z.object({
    Bytes: z.base64().optional(),
    S3Object: z
      .object({
        Bucket: z.string().min(3).max(255),
        Name: z.string().min(1).max(1024),
        Version: z.string().min(1).max(1024).optional(),
      })
      .optional(),
  }),
  MaxLabels: z.int().min(0).default(DEFAULT_MAXIMUM_LABELS),
  MinConfidence: z.number().min(0).max(100).default(DEFAULT_MINIMUM_CONFIDENCE),
  Features: z
    .array(z.enum(['GENERAL_LABELS', 'IMAGE_PROPERTIES']))
    .max(2)
    .default(['GENERAL_LABELS']),
  Settings: z
    .object({
      GeneralLabels: z
        .object({
          LabelInclusionFilters: filter,
          LabelExclusionFilters: filter,
          LabelCategoryInclusionFilters: filter,
          LabelCategoryExclusionFilters: filter,
        })
        .optional(),
    })
    .optional(),
});
export type DetectLabelsRequest = z.output<typeof requestSchema>;

/** `Image.S3Object.Name` as AWS writes it: `image.s3Object.name`. */
const memberPath = (path: readonly PropertyKey[]): string =>
  path.map((part) => String(part).replace(/^[A-Z]/, (letter) => letter.toLowerCase())).join('.');

function lengthViolation(length: number, constraint: string): ServiceError {
  const value = `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`;
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at 'image.bytes' failed to satisfy constraint: Member must have length ${constraint}`,
  );
}

/**
 * Checks a request body.
 * @throws ServiceError `SerializationException` when it is no JSON, `ValidationException` when a member breaks its
 * constraint, `InvalidParameterException` when the picture is given twice or not at all.
 */
export function parseDetectLabelsRequest(body: string): DetectLabelsRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
  const parsed = requestSchema.safeParse(json);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const errors = issues.map(
      ({ path, message }) => `Value at '${memberPath(path)}' failed to satisfy constraint: ${message}`,
    );
    throw new ServiceError(
      'ValidationException',
      `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected: ${errors.join('; ')}`,
    );
  }
  const { Bytes, S3Object } = parsed.data.Image;
  if ((Bytes === undefined) === (S3Object === undefined)) {
    throw new ServiceError('InvalidParameterException', 'Request has invalid parameters');
  }
  if (parsed.data.Features.includes('IMAGE_PROPERTIES')) {
    throw new ServiceError('InvalidParameterException', 'This local endpoint has no IMAGE_PROPERTIES.');
  }
  return parsed.data;
}

/**
 * The picture of a request that carries it.
 * @throws ServiceError `ValidationException`, as Rekognition answers for bytes outside 1 byte to 5 MB.
 */
export function decodeInlinePicture(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 1) throw lengthViolation(bytes.length, 'greater than or equal to 1');
  if (bytes.length > MAXIMUM_INLINE_BYTES)
    throw lengthViolation(bytes.length, `less than or equal to ${MAXIMUM_INLINE_BYTES}`);
  return bytes;
}
