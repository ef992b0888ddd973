/** CloudWatch namespace of what the functions count; the alarms and dashboards read it here too. */
export const METRICS_NAMESPACE = 'serverlessapp';

/** Dimension that every metric carries; its value is the stage. */
export const STAGE_DIMENSION = 'stage';

/**
 * Business metrics, those of pictures counted from the table's stream so that each counts once. `category`, `reason`, `outcome` and `client` are
 * further dimensions where named; a metric with a dimension exists with that dimension only.
 */
export const METRICS = {
  /** Count: ids given out, with the picture or for one to come. */
  picturesUploaded: 'PicturesUploaded',
  /** Count, by `category` (cat, dog, other, uncertain). */
  picturesClassified: 'PicturesClassified',
  /** Percent of confidence of the winning animal, by `category`. */
  confidence: 'Confidence',
  /** Count, by `reason`: a rejection reason. */
  picturesRejected: 'PicturesRejected',
  /** Count: retries exhausted, not the picture's fault. */
  picturesFailed: 'PicturesFailed',
  /** Seconds from the request to the picture in its folder. */
  secondsToDecision: 'SecondsToDecision',
  /** Count: records that an erasure removed; expired ones do not count. */
  picturesErased: 'PicturesErased',
  /** Count, by `client`: ids given out to it; together with those refused at once, what it sent. */
  clientUploads: 'ClientUploads',
  /** Count, by `client`: its pictures that were refused, at once or into quarantine. */
  picturesRefused: 'PicturesRefused',
  /** Count, by `client`: uploads beyond its hour, refused before anything was done for them. */
  uploadsOverBound: 'UploadsOverBound',
  /** Count, by `client`: what a form brought after its picture. */
  laterVersions: 'LaterVersions',
  /** Count, by `outcome`: reviews that are over and settled, by people or by time (`undecided`, `other`). */
  picturesReviewed: 'PicturesReviewed',
  /** 100 where people saw the animal that the model thought likelier, 0 where not: its average is the agreement in percent. */
  reviewAgreement: 'ReviewAgreement',
  /** Seconds from the picture in review/ to the decision of people. */
  secondsToReview: 'SecondsToReview',
  /** Seconds that the oldest picture has waited for people; 0 when none waits. Told by every run that settles reviews. */
  oldestReviewSeconds: 'OldestReviewSeconds',
  /** Count: decided reviews that a run could not settle; the next tries again. */
  reviewsUnsettled: 'ReviewsUnsettled',
  /** Count, by `client`: messages that its endpoint took. */
  webhooksTold: 'WebhooksTold',
  /** Count, by `client`: attempts that its endpoint did not take; most are repeated. */
  webhooksFailed: 'WebhooksFailed',
  /** Count, by `client`: messages that nobody tries to send any more. */
  webhooksGivenUp: 'WebhooksGivenUp',
  /** 1 when a client's endpoint is told nothing since it failed or asked for it, else 0. Told by every run. */
  webhookEndpointDisabled: 'WebhookEndpointDisabled',
  /** Count: the thresholds parameter could not be read or used, and the last good value stayed. */
  thresholdsUnusable: 'ThresholdsUnusable',
} as const;
export const CATEGORY_DIMENSION = 'category';
export const REASON_DIMENSION = 'reason';
export const OUTCOME_DIMENSION = 'outcome';
/** An id of the configuration: an organisation, no person. */
export const CLIENT_DIMENSION = 'client';
