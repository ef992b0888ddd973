import { describeAccess } from './system/access';
import { describeCalls } from './system/calls';
import { describeDeployed } from './system/deployed';
import { describeErasure } from './system/erasure';
import { describeFirstContact } from './system/first-contact';
import { describeExamples } from './system/examples';
import { describeListing } from './system/listing';
import { describeCors } from './system/cors';
import { describeLogs } from './system/logs';
import { describeSendPictures } from './system/send-pictures';
import { describeReviews } from './system/reviews';
import { describeRotation } from './system/rotation';
import { describePreflight } from './system/preflight';
import { describePrintedLine } from './system/printed-line';
import { describeOperations } from './system/operations';
import { describeRestore } from './system/restore';
import { describeThresholds } from './system/thresholds';
import { describeWorkflow } from './system/workflow';
import { describeBadPictures } from './system/bad-pictures';
import { TestSystem } from './system/test-system';
import { describeUploads } from './system/uploads';
import { describeWebhooks } from './system/webhooks';
import { describeWaiting } from './system/waiting';

jest.setTimeout(90_000);

/**
 * The deployed system through its public API. One file, so that all cases share one embedded AWS and none meets
 * another's fault injection; the cases stand in system/.
 */
describe('the deployed system', () => {
  let running: TestSystem | undefined;
  const system = (): TestSystem => {
    if (!running) throw new Error('The embedded AWS is not up.');
    return running;
  };
  beforeAll(async () => {
    running = await TestSystem.start();
  }, 180_000);
  afterAll(() => running?.stop());

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
  describeReviews(system);
  describeWebhooks(system);
  describeOperations(system);
  describeRestore(system);
  describePreflight(system);
  describeRotation(system);
  describeSendPictures(system);
  describeLogs(system);
  describeCalls(system);
  describeFirstContact(system);
  // Last: it leaves the system changed.
  describeDeployed(system);
});
