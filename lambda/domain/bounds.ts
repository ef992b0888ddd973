/** What a bound is set on. */
export type BoundScope =
  'picture' | 'request' | 'form' | 'page' | 'client' | 'answer' | 'review' | 'webhook' | 'firewall' | 'queue';

export interface Bound {
  readonly value: number;
  readonly unit: string;
  readonly scope: BoundScope;
  /** What it bounds, and where the figure comes from. */
  readonly what: string;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Everything that bounds what a client can ask for, in one table: parser, schemas, forms, firewall, queue and the API's
 * document read it here, and docs/generated/bounds.md shows it beside what each stage and plan sets. A test finds a bound
 * that stands anywhere else. What a file format itself fixes (a palette of 768 bytes, a segment of 65,535) is no bound of
 * ours and stays where the format is read.
 */
export const BOUND_TABLE = {
  pictureBytes: {
    value: 15 * MEBIBYTE,
    unit: 'bytes',
    scope: 'picture',
    what: 'a picture; what Rekognition reads from S3: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html',
  },
  detectionBytes: {
    value: 5 * MEBIBYTE,
    unit: 'bytes',
    scope: 'picture',
    what: 'a picture sent in the call to Rekognition; a larger one it reads from S3 (same page)',
  },
  inlineBytes: {
    value: 3 * MEBIBYTE,
    unit: 'bytes',
    scope: 'request',
    what: "a picture inside an upload request: as base64 it must fit Lambda's payload of 6 MB",
  },
  shortestSide: {
    value: 80,
    unit: 'pixels',
    scope: 'picture',
    what: 'the shorter side, at least (Rekognition, same page)',
  },
  longestSide: { value: 10_000, unit: 'pixels', scope: 'picture', what: 'the longer side (same page)' },
  jpegSegments: {
    value: 4096,
    unit: 'segments',
    scope: 'picture',
    what: 'segments of a JPEG: each costs work; cameras write some dozens',
  },
  pngChunks: {
    value: 65_536,
    unit: 'chunks',
    scope: 'picture',
    what: 'chunks of a PNG: each costs work; a picture of 15 MB in pieces of 256 bytes has as many',
  },
  profileBytes: {
    value: 4 * MEBIBYTE,
    unit: 'bytes',
    scope: 'picture',
    what: 'a colour profile, inflated: those of printers reach 3 MB, more is a bomb',
  },
  profileTags: {
    value: 100,
    unit: 'tags',
    scope: 'picture',
    what: 'tags of a colour profile: real ones hold about a dozen',
  },
  signatureWindow: {
    value: 1024,
    unit: 'bytes',
    scope: 'picture',
    what: 'how far a file is searched for signs that it is SVG',
  },
  addedBytes: {
    value: 4096,
    unit: 'bytes',
    scope: 'picture',
    what: 'by how much a stripped picture may be longer than what came: an orientation block, texts of a profile',
  },
  fileNameLength: { value: 255, unit: 'UTF-16 units', scope: 'request', what: 'a file name' },
  idempotencyKeyLength: { value: 128, unit: 'characters', scope: 'request', what: 'an Idempotency-Key' },
  referenceOfClientLength: {
    value: 128,
    unit: 'characters',
    scope: 'request',
    what: "a client's own reference of a picture",
  },
  cursorLength: { value: 2048, unit: 'characters', scope: 'request', what: 'a cursor' },
  formSeconds: {
    value: 300,
    unit: 'seconds',
    scope: 'form',
    what: 'the life of an upload form; the bucket policy refuses older signatures, too',
  },
  formFieldLength: {
    value: 16_384,
    unit: 'characters',
    scope: 'form',
    what: "a field of a form: the longest is the session's token, whose length AWS leaves open",
  },
  laterVersions: {
    value: 3,
    unit: 'pictures',
    scope: 'form',
    what: 'kept of what one form brings after its picture; the rest is deleted unread',
  },
  pageItems: { value: 100, unit: 'records', scope: 'page', what: 'a page of a list' },
  usualPageItems: { value: 25, unit: 'records', scope: 'page', what: 'a page of a list without `limit`' },
  batchImages: {
    value: 25,
    unit: 'ids',
    scope: 'page',
    what: "read by one request: so many stay well below the 2,048 bytes of query that the firewall's common rules let through",
  },
  labels: {
    value: 15,
    unit: 'labels',
    scope: 'answer',
    what: 'on a record, the surest first: the decision needs the animals, a reader the rest',
  },
  labelLength: { value: 256, unit: 'characters', scope: 'answer', what: 'the name of a label' },
  boxes: {
    value: 10,
    unit: 'boxes',
    scope: 'answer',
    what: 'of one animal on a record, the surest: a herd fills no record',
  },
  clientMemorySeconds: {
    value: 60,
    unit: 'seconds',
    scope: 'client',
    what: "how long a function remembers whose a key is: a retired key's last breath",
  },
  thresholdMemorySeconds: {
    value: 30,
    unit: 'seconds',
    scope: 'client',
    what: 'how long a function remembers the thresholds of a decision',
  },
  cursorKeyMemorySeconds: {
    value: 300,
    unit: 'seconds',
    scope: 'client',
    what: 'how long a function remembers the key of cursors',
  },
  cursorKeyPauseSeconds: {
    value: 10,
    unit: 'seconds',
    scope: 'client',
    what: 'between two reads of that key that a client can cause with a wrong cursor, at least',
  },
  fieldErrors: {
    value: 20,
    unit: 'faults',
    scope: 'answer',
    what: 'named of a request that holds more: a hostile one can hold a fault in every field',
  },
  identifierLength: { value: 128, unit: 'characters', scope: 'answer', what: 'an id or a code' },
  titleLength: { value: 256, unit: 'characters', scope: 'answer', what: 'a title' },
  fieldPathLength: { value: 512, unit: 'characters', scope: 'answer', what: 'the path of a bad field' },
  textLength: { value: 1024, unit: 'characters', scope: 'answer', what: 'a text of an answer' },
  referenceLength: { value: 2048, unit: 'characters', scope: 'answer', what: 'a link of an answer' },
  retryAfterSeconds: {
    value: 5,
    unit: 'seconds',
    scope: 'answer',
    what: 'until a client may try again what a throttle or a fault of ours refused',
  },
  quotaRetryAfterSeconds: {
    value: 60,
    unit: 'seconds',
    scope: 'answer',
    what: 'the same for a quota: some clients wait this long by themselves, several times, before they tell whoever called them (urllib3, under the generated ones of Python)',
  },
  pollAfterSeconds: {
    value: 2,
    unit: 'seconds',
    scope: 'answer',
    what: 'until a picture that was just sent is asked for: about a workflow',
  },
  longestWaitSeconds: {
    value: 10,
    unit: 'seconds',
    scope: 'request',
    what: 'that a client can ask a read of one image to wait for the outcome: with it the function ends well before the 29 that API Gateway waits (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html)',
  },
  waitsAtOnce: {
    value: 5,
    unit: 'requests',
    scope: 'client',
    what: 'of one client that wait at the same time; one more is answered at once. The function has so many slots more for each client, so that who waits takes none from who reads',
  },
  lookAgainSeconds: {
    value: 1,
    unit: 'seconds',
    scope: 'request',
    what: 'between two looks at an image that a client waits for',
  },
  queryFunctionSeconds: {
    value: 15,
    unit: 'seconds',
    scope: 'request',
    what: 'a read, its wait included; a slot of somebody who waits is free again after so long whatever happens',
  },
  preflightSeconds: {
    value: 7200,
    unit: 'seconds',
    scope: 'answer',
    what: 'for which a browser need not ask again whether it may call; more Chromium does not keep',
  },
  firewallWindowSeconds: {
    value: 300,
    unit: 'seconds',
    scope: 'firewall',
    what: 'over which requests of an address or a key are counted; one of the windows that WAF has',
  },
  firewallHeadroom: {
    value: 1.2,
    unit: '× the busiest plan',
    scope: 'firewall',
    what: 'what an address or a key may send in that window: a usage plan answers before the firewall does',
  },
  keyShare: {
    value: 0.5,
    unit: '× what all may ask of a method',
    scope: 'client',
    what: "one API key's part of a method's rate and burst, whatever its plan: the rest is for the others",
  },
  allErasuresAtOnce: {
    value: 10,
    unit: 'requests',
    scope: 'client',
    what: 'erasures of all clients at once and a second, and as many of the stewards; what function is kept for them',
  },
  reviewLinkSeconds: {
    value: 60,
    unit: 'seconds',
    scope: 'review',
    what: "the life of a reviewer's link to a picture; the bucket policy refuses older signatures, too",
  },
  reviewPageItems: { value: 50, unit: 'reviews', scope: 'review', what: 'a page of what waits' },
  reviewPeople: {
    value: 2,
    unit: 'people',
    scope: 'review',
    what: 'whom a client may ask to agree on a picture; more make the queue a poll',
  },
  reviewVotes: {
    value: 5,
    unit: 'decisions',
    scope: 'review',
    what: 'of one picture: two who must agree on one of four outcomes',
  },
  reviewRequestsAtOnce: {
    value: 10,
    unit: 'requests',
    scope: 'review',
    what: 'of all reviewers at once and a second; what the function is kept for',
  },
  reviewSweepSeconds: {
    value: 40,
    unit: 'seconds',
    scope: 'review',
    what: 'after which a run that brings reviewed pictures to their places begins no further one; the next comes within a minute',
  },
  webhooksAtOnce: {
    value: 40,
    unit: 'messages',
    scope: 'webhook',
    what: 'that one client is sent at the same time: as many as an inline Map runs (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html)',
  },
  webhookRounds: {
    value: 50,
    unit: 'rounds',
    scope: 'webhook',
    what: 'of so many messages in one run: its history stays below the 25,000 events of an execution (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html)',
  },
  webhookAnswerSeconds: {
    value: 20,
    unit: 'seconds',
    scope: 'webhook',
    what: "until a receiver has to answer; Standard Webhooks recommends 15 to 30, an HTTP Task's own limit is 60",
  },
  webhookHoldSeconds: {
    value: 120,
    unit: 'seconds',
    scope: 'webhook',
    what: "for which a run has a client's endpoint for itself: several times what a round takes at most",
  },
  webhookFailingHours: {
    value: 24,
    unit: 'hours',
    scope: 'webhook',
    what: 'after which an endpoint that nothing got through to is disabled, and a message that did not get through is given up',
  },
  webhookKeptDays: {
    value: 7,
    unit: 'days',
    scope: 'webhook',
    what: 'that what is to be told, or was given up, is kept',
  },
  slotHeadroom: {
    value: 1.6,
    unit: '× what Rekognition takes',
    scope: 'queue',
    what: 'pictures taken from the queue at once: a workflow half again as slow leaves nothing of the rate unused, and a picture that comes into a flood waits no longer than it is worked on',
  },
  taskFunctionSeconds: { value: 20, unit: 'seconds', scope: 'queue', what: "a task's function" },
  taskSeconds: { value: 25, unit: 'seconds', scope: 'queue', what: 'a task of the workflow' },
  retryPauseSeconds: {
    value: 15,
    unit: 'seconds',
    scope: 'queue',
    what: 'between two attempts of a task, at most',
  },
} as const satisfies Record<string, Bound>;

export type BoundName = keyof typeof BOUND_TABLE;

/** The bounds by name, without what is said of them. */
export const BOUNDS = Object.fromEntries(
  Object.entries(BOUND_TABLE).map(([name, { value }]) => [name, value]),
) as { readonly [Name in BoundName]: (typeof BOUND_TABLE)[Name]['value'] };
