/*
 * What Rekognition reads. https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
 */

/** Largest picture, in bytes. */
export const MAXIMUM_PICTURE_BYTES = 15 * 1024 * 1024;
/** Largest picture that is sent in the call itself; above it Rekognition reads from S3. */
export const MAXIMUM_DETECTION_BYTES = 5 * 1024 * 1024;
/** Largest picture inside an upload request: as base64 it must fit Lambda's 6 MB payload. */
export const MAXIMUM_INLINE_BYTES = 3 * 1024 * 1024;
/** Shortest and longest side, in pixels. */
export const MINIMUM_SIDE = 80;
export const MAXIMUM_SIDE = 10_000;
