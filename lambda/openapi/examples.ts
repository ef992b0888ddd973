import type {
  ReviewDecisionAnswer,
  ReviewDecisionRequest,
  ReviewList,
  ReviewView,
} from '../domain/review-schemas';
import type { ImageList, ImageView, UploadAnswer } from '../domain/api-schemas';

const IMAGE_ID = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';
const QUARANTINED_ID = '0b7e4a52-6a5d-4d5c-8a57-2f1f6a0f2c11';
const BUCKET = 'serverlessapp-dev-pictures-111111111111-us-east-1';
/** A white PNG of 80 by 80 pixels: the smallest that is taken, so that whoever tries the example gets its answer. */
const SMALLEST =
  'iVBORw0KGgoAAAANSUhEUgAAAFAAAABQAQAAAACmas8AAAAAFElEQVR42mP4DwcMo8xR5iiTtkwA9KcdDlRXsv0AAAAASUVORK5CYII=';

export const INLINE_UPLOAD = { fileName: 'whiskers.png', contentType: 'image/png', image: SMALLEST };
export const PRESIGNED_UPLOAD = {
  fileName: 'rex.jpg',
  contentType: 'image/jpeg',
  reference: 'order-17',
  size: 4_823_104,
};

/** As a deployed stage answers: its name stands before the path. */
const SELF = `/dev/images/${IMAGE_ID}`;

export const ACCEPTED: UploadAnswer = {
  imageId: IMAGE_ID,
  status: 'pending',
  links: { self: SELF },
};

export const FORM: UploadAnswer = {
  imageId: IMAGE_ID,
  status: 'pending',
  upload: {
    url: `https://${BUCKET}.s3.us-east-1.amazonaws.com/`,
    fields: {
      key: `input/${IMAGE_ID}.jpg`,
      'Content-Type': 'image/jpeg',
      Policy: 'eyJleHBpcmF0aW9uIjoi…',
      'X-Amz-Signature': '3f1c…',
    },
    expiresAt: '2025-08-04T11:47:00Z',
  },
  links: { self: SELF },
};

export const IMAGE: ImageView = {
  ImageID: IMAGE_ID,
  DetectedAnimal: 'dog',
  ConfidenceScore: 97.4,
  Timestamp: '2025-08-04T11:42:00Z',
  S3Location: `s3://${BUCKET}/dogs/${IMAGE_ID}.jpg`,
  ProcessingStatus: 'completed',
  FileSize: 1_024_000,
  ImageFormat: 'jpg',
  FileName: 'rex.jpg',
  DecisionReason: 'clear',
  Width: 2048,
  Height: 1536,
  CompletedAt: '2025-08-04T11:42:03Z',
  Reference: 'order-17',
  Labels: [
    { Name: 'Dog', Confidence: 97.4, Parents: ['Animal', 'Pet'] },
    { Name: 'Grass', Confidence: 88.1, Parents: ['Plant'] },
  ],
  Candidates: [
    {
      Animal: 'dog',
      Score: 97.4,
      Boxes: [{ Confidence: 97.4, Left: 0.21, Top: 0.3, Width: 0.46, Height: 0.61 }],
    },
  ],
  ExpiresAt: '2026-08-04T11:42:03Z',
};

const QUARANTINED_IMAGE: ImageView = {
  ImageID: QUARANTINED_ID,
  Timestamp: '2025-08-04T11:40:00Z',
  S3Location: `s3://${BUCKET}/quarantine/${QUARANTINED_ID}.png`,
  ProcessingStatus: 'quarantined',
  FileSize: 20_480,
  ImageFormat: 'png',
  FileName: 'banner.png',
  QuarantineReason: 'animated',
  CompletedAt: '2025-08-04T11:40:02Z',
  ExpiresAt: '2025-09-03T11:40:02Z',
};

export const LIST: ImageList = {
  items: [IMAGE, QUARANTINED_IMAGE],
  cursor: 'eyJJbWFnZUlEIjoi….kMXtuT0WOhRljn_T8R20VA507eNDxId5TMiktJ2Ud5E',
};

const WAITING: ReviewList['items'][number] = {
  ImageID: IMAGE_ID,
  State: 'waiting',
  Version: 1,
  WaitingSince: '2025-08-04T11:42:03Z',
  Deadline: '2025-08-18T11:42:03Z',
  DecisionReason: 'low-confidence',
  Candidates: [
    {
      Animal: 'dog',
      Score: 74.2,
      Boxes: [{ Confidence: 74.2, Left: 0.21, Top: 0.3, Width: 0.46, Height: 0.61 }],
    },
  ],
  Decisions: 0,
  DecisionsNeeded: 1,
};

export const REVIEWS: ReviewList = { items: [WAITING] };

export const REVIEW: ReviewView = {
  ...WAITING,
  Labels: [{ Name: 'Dog', Confidence: 74.2, Parents: ['Animal', 'Pet'] }],
  ImageFormat: 'jpg',
  Width: 2048,
  Height: 1536,
  Picture: {
    url: `https://${BUCKET}.s3.us-east-1.amazonaws.com/review/${IMAGE_ID}.jpg?X-Amz-Expires=60&X-Amz-Signature=3f1c0b7e`,
    expiresAt: '2025-08-04T12:01:00Z',
  },
};

export const REVIEW_DECISION: ReviewDecisionRequest = {
  outcome: 'dog',
  reason: 'partly-hidden',
  version: 1,
};

export const REVIEW_DECIDED: ReviewDecisionAnswer = {
  ImageID: IMAGE_ID,
  State: 'decided',
  Decisions: 1,
  DecisionsNeeded: 1,
  Outcome: 'dog',
};
