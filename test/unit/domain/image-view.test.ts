import { base } from '../../../lib/config/base';
import { imageViewSchema } from '../../../lambda/domain/api-schemas';
import type { DetectionRecord } from '../../../lambda/domain/detection-record';
import { imageView } from '../../../lambda/domain/image-view';

const PENDING: DetectionRecord = {
  ImageID: '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3',
  Timestamp: '2025-08-04T11:42:00Z',
  S3Location: 's3://bucket/input/7d2c880c-3f9e-433b-9ae6-0a0ca41358d3.jpg',
  ProcessingStatus: 'pending',
  FileSize: 10,
  ImageFormat: 'jpg',
  SchemaVersion: 1,
  ClientID: 'secret-client',
  FileName: 'rex.jpg',
  StatusTimestamp: 'pending#2025-08-04T11:42:00Z',
  ExpiresAt: Date.parse('2025-09-03T11:42:00Z') / 1000,
};

const COMPLETED: DetectionRecord = {
  ...PENDING,
  DetectedAnimal: 'dog',
  ConfidenceScore: 97.4,
  ProcessingStatus: 'completed',
  AnimalTimestamp: 'dog#2025-08-04T11:42:00Z',
  RequestDigest: 'secret-digest',
  SourceVersionID: 'secret-version',
  LeaseOwner: 'secret-owner',
  LeaseUntil: 5,
  Decision: { category: 'dog', confidence: 97.4, reason: 'clear', catScore: 12, dogScore: 97.4 },
  Thresholds: base.thresholds,
  ModelVersion: 'secret-model',
  TopLabels: [
    {
      name: 'Dog',
      confidence: 97.4,
      parents: ['Animal'],
      aliases: ['secret-alias'],
      instances: [{ confidence: 97.4, box: { left: 0.1, top: 0.2, width: 0.3, height: 0.4 } }],
    },
    { name: 'Grass', confidence: 60, parents: [], aliases: [] },
  ],
  ClientReference: 'order-17',
  ReferenceTimestamp: 'order-17#2025-08-04T11:42:00Z',
  Width: 100,
  Height: 80,
  OriginalSHA256: 'secret-hash',
  StoredSHA256: 'secret-hash',
  AnnouncementDue: false,
  CompletedAt: '2025-08-04T11:42:03Z',
  FailureReason: 'secret-failure',
  LaterVersions: ['secret-later'],
};

describe('what a client sees of a record', () => {
  test('shows the brief’s fields and the outcome of a completed picture, and nothing that stays inside', () => {
    const view = imageView(COMPLETED);
    expect(imageViewSchema.strict().parse(view)).toEqual(view);
    expect(view).toEqual({
      ImageID: PENDING.ImageID,
      DetectedAnimal: 'dog',
      ConfidenceScore: 97.4,
      Timestamp: PENDING.Timestamp,
      S3Location: PENDING.S3Location,
      ProcessingStatus: 'completed',
      FileSize: 10,
      ImageFormat: 'jpg',
      FileName: 'rex.jpg',
      DecisionReason: 'clear',
      Width: 100,
      Height: 80,
      CompletedAt: '2025-08-04T11:42:03Z',
      Reference: 'order-17',
      Labels: [
        { Name: 'Dog', Confidence: 97.4, Parents: ['Animal'] },
        { Name: 'Grass', Confidence: 60, Parents: [] },
      ],
      Candidates: [
        {
          Animal: 'dog',
          Score: 97.4,
          Boxes: [{ Confidence: 97.4, Left: 0.1, Top: 0.2, Width: 0.3, Height: 0.4 }],
        },
        { Animal: 'cat', Score: 12, Boxes: [] },
      ],
      ExpiresAt: '2025-09-03T11:42:00Z',
    });
    expect(JSON.stringify(view)).not.toContain('secret');
  });

  test('leaves out what is not known yet', () => {
    expect(Object.keys(imageView(PENDING)).sort()).toEqual(
      [
        'ExpiresAt',
        'FileName',
        'FileSize',
        'ImageFormat',
        'ImageID',
        'ProcessingStatus',
        'S3Location',
        'Timestamp',
      ].sort(),
    );
  });

  test('says why a picture is in quarantine', () => {
    expect(
      imageView({ ...PENDING, ProcessingStatus: 'quarantined', QuarantineReason: 'animated' }),
    ).toMatchObject({
      QuarantineReason: 'animated',
    });
  });
});
