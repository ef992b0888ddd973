import { GateError } from '../compliance/gate-error';
import { loadRegister } from '../compliance/register/load';
import { writeSuppressions } from '../compliance/register/write-suppressions';
import { ConfigurationError } from '../lib/config/load';
import { PIPELINE_STAGES } from '../lib/config/schema';
import { createApp } from '../lib/create-app';
import { releaseApplication } from '../lib/stages/delivery-application';

const app = createApp();
try {
  releaseApplication(app);
  // The pipeline's own templates tell of its exceptions; those of the stages were synthesized as it was made.
  const { entries } = loadRegister();
  for (const stage of PIPELINE_STAGES) writeSuppressions(app, entries, stage);
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof GateError)) throw error;
  console.error(error.message);
  process.exit(2);
}
