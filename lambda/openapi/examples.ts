import type { ImageList, ImageView, UploadAccepted, UploadFormAnswer } from '../domain/api-schemas';

const IMAGE_ID = '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3';
const QUARANTINED_ID = '0b7e4a52-6a5d-4d5c-8a57-2f1f6a0f2c11';
const BUCKET = 'serverlessapp-dev-pictures-111111111111-us-east-1';
/** A PNG of one pixel: it fits a page, and is refused as too small should somebody send it. */
const ONE_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const INLINE_UPLOAD = { fileName: 'whiskers.png', contentType: 'image/png', image: ONE_PIXEL };
export const PRESIGNED_UPLOAD = { fileName: 'rex.jpg', contentType: 'image/jpeg', size: 4_823_104 };

export const ACCEPTED: UploadAccepted = {
  imageId: IMAGE_ID,
  status: 'pending',
  links: { self: `/images/${IMAGE_ID}` },
};

export const FORM: UploadFormAnswer = {
  imageId: IMAGE_ID,
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
  links: { self: `/images/${IMAGE_ID}` },
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
};

export const LIST: ImageList = {
  items: [IMAGE, QUARANTINED_IMAGE],
  cursor: 'eyJJbWFnZUlEIjoi….kMXtuT0WOhRljn_T8R20VA507eNDxId5TMiktJ2Ud5E',
};
