import { describeAccess } from './system/access';
import { describeCalls } from './system/calls';
import { describeErasure } from './system/erasure';
import { describeExamples } from './system/examples';
import { describeListing } from './system/listing';
import { describeCors } from './system/cors';
import { describeLogs } from './system/logs';
import { describeReviews, describeSettledReview } from './system/reviews';
import { describePrintedLine } from './system/printed-line';
import { describeThresholds } from './system/thresholds';
import { describeWorkflow } from './system/workflow';
import { describeBadPictures } from './system/bad-pictures';
import { startTestSystem } from './system/test-system';
import { describeUploads } from './system/uploads';
import { describeWebhooks } from './system/webhooks';
import { describeWaiting } from './system/waiting';

jest.setTimeout(90_000);

/**
 * The deployed system through its public API. One file, so that all cases share one embedded AWS and none meets
 * another's fault injection; the cases stand in system/. What people run beside it: operations.test.ts.
 */
describe('the deployed system', () => {
  const system = startTestSystem();

  describeThresholds(system);
  describeUploads(system);
  describeBadPictures(system);
  describeWorkflow(system);
  describeListing(system);
  describeWaiting(system);
  describePrintedLine(system);
  describeExamples(system);
  describeAccess(system);
  describeCors(system);
  describeErasure(system);
  const decided = describeReviews(system);
  describeWebhooks(system);
  describeSettledReview(system, decided);
  describeLogs(system);
  describeCalls(system);
});
