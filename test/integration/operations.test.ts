import { describeDeployed } from './system/deployed';
import { describeFirstContact } from './system/first-contact';
import { describeOperations } from './system/operations';
import { describePreflight } from './system/preflight';
import { describeRestore } from './system/restore';
import { describeRotation } from './system/rotation';
import { describeSendPictures } from './system/send-pictures';
import { startTestSystem } from './system/test-system';

jest.setTimeout(90_000);

/** What people and the pipeline run on a deployed system; the cases stand in system/ and share one embedded AWS. */
describe('a deployed system in operation', () => {
  const system = startTestSystem();

  describeOperations(system);
  describeRestore(system);
  describePreflight(system);
  describeRotation(system);
  describeSendPictures(system);
  describeFirstContact(system);
  // Last: it leaves the system changed.
  describeDeployed(system);
});
