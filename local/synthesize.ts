import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { StageConfig } from '../lib/config/schema';
import { createApp } from '../lib/create-app';
import { ApplicationStage } from '../lib/stages/application-stage';

/** The cloud assembly of one stage, as `cdk synth` makes it; the gate's own validations are run by the gate. */
export function synthesize(config: StageConfig, outdir: string): CloudAssembly {
  const app = createApp({ outdir, builtinCloudFormationValidation: false });
  new ApplicationStage(app, config);
  return app.synth();
}
