import { REVIEW, REVIEW_DECISION, REVIEWS, STEWARD_IMAGE } from '../domain/api-routes';
import { BOUNDS } from '../domain/bounds';
import * as examples from './examples';
import { problemResponses } from './problem-responses';
import { type HeaderName, headers } from './response-headers';
import {
  listParameters,
  pathParameters,
  readParameters,
  reviewListParameters,
  schemaReference,
  type SchemaName,
  uploadHeaders,
} from './schemas';

const json = (name: SchemaName, example: object) => ({
  'application/json': { schema: schemaReference(name), example },
});

const answer = (description: string, name: SchemaName, example: object, ...more: readonly HeaderName[]) => ({
  description,
  headers: headers(...more),
  content: json(name, example),
});

/** An answer that has a tag, and the one that says that the client has it already. */
const revalidated = (
  description: string,
  name: SchemaName,
  example: object,
  ...more: readonly HeaderName[]
) => ({
  '200': answer(description, name, example, 'ETag', 'Cache-Control', ...more),
  '304': {
    description: 'Nothing changed since the answer whose tag stands in `If-None-Match`.',
    headers: headers('ETag', 'Cache-Control', ...more),
  },
});

const MEBIBYTE = 1024 * 1024;
const API_KEY = [{ apiKey: [] }];
const SIGNATURE = [{ signatureVersion4: [] }];

const upload = () => ({
  operationId: 'uploadPicture',
  summary: 'Upload a picture',
  description:
    `A picture of up to ${BOUNDS.inlineBytes / MEBIBYTE} MB can stand in the request (\`image\`). A larger one, up to ${BOUNDS.pictureBytes / MEBIBYTE} MB, is announced by its exact ` +
    `\`size\`; the answer is a form, to be posted to S3 as multipart/form-data within ${BOUNDS.formSeconds} seconds: its fields first, ` +
    'then the picture as `file`. Every upload is a new image, unless it repeats an `Idempotency-Key`. ' +
    `A client uploads as much within an hour as its plan lets; beyond it the answer is 429, its \`detail\` with the seconds until the next. ` +
    'Classification takes seconds: read `GET /images/{id}?wait=10` until it is `completed` or `quarantined`.',
  tags: ['pictures'],
  security: API_KEY,
  parameters: uploadHeaders(),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: schemaReference('UploadRequest'),
        examples: {
          inline: { summary: 'the picture inside the request', value: examples.INLINE_UPLOAD },
          presigned: { summary: 'a form for a larger picture', value: examples.PRESIGNED_UPLOAD },
        },
      },
    },
  },
  responses: {
    '201': answer('The form to post the picture with.', 'UploadAnswer', examples.FORM, 'Location'),
    '202': answer(
      'The picture is here and will be classified, or is already.',
      'UploadAnswer',
      examples.ACCEPTED,
      'Location',
      'Retry-After',
    ),
    ...problemResponses(
      'invalid-json',
      'invalid-body',
      'invalid-header',
      'unknown-client',
      'image-erased',
      'body-too-large',
      'unsupported-media-type',
      'picture-rejected',
      'idempotency-key-reused',
      'quota-exceeded',
    ),
  },
});

const list = () => ({
  operationId: 'listImages',
  summary: "List one's own images",
  description:
    'By filters, in pages: one may hold fewer items than `limit`; only a missing `cursor` means the end. Or, by `ids`, ' +
    'up to 25 images at once. Lists follow a change within a second; one image by its id is always as it stands.',
  tags: ['pictures'],
  security: API_KEY,
  parameters: listParameters(),
  responses: {
    ...revalidated('One page.', 'ImageList', examples.LIST),
    ...problemResponses(
      'invalid-query',
      'invalid-header',
      'invalid-cursor',
      'unknown-client',
      'quota-exceeded',
    ),
  },
});

const read = () => ({
  operationId: 'readImage',
  summary: "Read one of one's own images",
  description:
    "Another client's image answers as one that does not exist. While the image is under way the answer says in " +
    '`Retry-After` when to ask again; with `wait` it comes as soon as the image is in its place, or as it stands when ' +
    'the time is over.',
  tags: ['pictures'],
  security: API_KEY,
  parameters: readParameters(),
  responses: {
    ...revalidated('The image as it stands now.', 'Image', examples.IMAGE, 'Retry-After'),
    ...problemResponses(
      'invalid-path',
      'invalid-query',
      'invalid-header',
      'unknown-client',
      'quota-exceeded',
    ),
  },
});

const erased = { '204': { description: 'Erased.', headers: headers() } };

const erase = () => ({
  operationId: 'eraseImage',
  summary: "Erase one of one's own images",
  description:
    'Removes every version of the picture and its record, whatever its state: one that is being classified is taken ' +
    'away where it stands, one that is still to be posted is erased when it comes. It may have been looked at by then. ' +
    'Backups keep it until they expire. A repeat answers the same; an `Idempotency-Key` that stood for the image ' +
    "answers `image-erased` from then on. Another client's image answers as one that does not exist.",
  tags: ['pictures'],
  security: API_KEY,
  parameters: pathParameters(),
  responses: { ...erased, ...problemResponses('invalid-path', 'unknown-client', 'quota-exceeded') },
});

const eraseAny = () => ({
  operationId: 'eraseAnyImage',
  summary: "Erase anybody's image",
  description:
    'The same for principals of the account (the data steward role), whosever image it is. Not for API keys.',
  tags: ['stewardship'],
  security: SIGNATURE,
  parameters: pathParameters(),
  responses: { ...erased, ...problemResponses('invalid-path') },
});

const listReviews = () => ({
  operationId: 'listReviews',
  summary: 'List what waits for a person',
  description:
    'Uncertain pictures of all clients, the longest waiting first. For principals of the account (the reviewer role). Not for API keys.',
  tags: ['reviews'],
  security: SIGNATURE,
  parameters: reviewListParameters(),
  responses: {
    '200': answer('One page.', 'ReviewList', examples.REVIEWS),
    ...problemResponses('invalid-query', 'invalid-cursor'),
  },
});

const readReview = () => ({
  operationId: 'readReview',
  summary: 'Read one review',
  description:
    'What a person needs to decide. While it waits, with a link to the picture; the link works for whoever holds it, for ' +
    `${BOUNDS.reviewLinkSeconds} seconds. A picture that no person was asked about answers as one that does not exist.`,
  tags: ['reviews'],
  security: SIGNATURE,
  parameters: pathParameters(),
  responses: {
    '200': answer('The review as it stands now.', 'Review', examples.REVIEW),
    ...problemResponses('invalid-path', 'image-erased'),
  },
});

const decideReview = () => ({
  operationId: 'decideReview',
  summary: "Give one's decision",
  description:
    'Each person decides once; the same decision again answers as before, whatever came after it. Where a client asks for ' +
    'two people, the review is over when as many agree. A decided picture is in its place within minutes, and its image says so.',
  tags: ['reviews'],
  security: SIGNATURE,
  parameters: pathParameters(),
  requestBody: {
    required: true,
    content: json('ReviewDecisionRequest', examples.REVIEW_DECISION),
  },
  responses: {
    '200': answer('Taken, now or before.', 'ReviewDecisionAnswer', examples.REVIEW_DECIDED),
    ...problemResponses(
      'invalid-json',
      'invalid-body',
      'invalid-path',
      'unsupported-media-type',
      'image-erased',
      'review-decided',
      'review-own-decision',
      'review-outdated',
      'review-expired',
    ),
  },
});

/** Every path and method of the API but the CORS preflight, which API Gateway answers. */
export const paths = () => ({
  '/upload': { post: upload() },
  '/images': { get: list() },
  '/images/{id}': { get: read(), delete: erase() },
  [STEWARD_IMAGE]: { delete: eraseAny() },
  [REVIEWS]: { get: listReviews() },
  [REVIEW]: { get: readReview() },
  [REVIEW_DECISION]: { post: decideReview() },
});
