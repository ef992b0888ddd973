import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { StageConfig } from '../lib/config/schema';
import { ApplicationStage } from '../lib/stages/application-stage';

/** The cloud assembly of one stage, as `cdk synth` makes it; the gate's own validations are run by the gate. */
export function synthesize(config: StageConfig, outdir: string): CloudAssembly {
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  new ApplicationStage(app, config);
  return app.synth();
}
