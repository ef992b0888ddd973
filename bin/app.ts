import type { App } from 'aws-cdk-lib';
import { GateError } from '../compliance/gate-error';
import { loadRegister } from '../compliance/register/load';
import { writeSuppressions } from '../compliance/register/write-suppressions';
import { ConfigurationError, loadStageConfig, parseStageConfig } from '../lib/config/load';
import { createApp } from '../lib/create-app';
import type { StageConfig } from '../lib/config/schema';
import { ApplicationStage } from '../lib/stages/application-stage';
import { RecoveryApplicationStage } from '../lib/stages/recovery-application-stage';

/**
 * `-c stage=prod` chooses the stage; `-c account=123456789012` deploys it into an account of one's own;
 * `-c recovery=true` takes the application of the second region besides.
 */
function configuration(app: App): StageConfig {
  const context = (name: string) => app.node.tryGetContext(name) as string | undefined;
  const config = loadStageConfig(context('stage') ?? 'dev');
  const account = context('account');
  return account === undefined
    ? config
    : parseStageConfig({ ...config, account }, `${config.stage} with -c account`);
}

const app = createApp();
try {
  const config = configuration(app);
  new ApplicationStage(app, config);
  if (app.node.tryGetContext('recovery') === 'true') new RecoveryApplicationStage(app, config);
  // The deployed templates tell of the exceptions in each scanner's own words.
  writeSuppressions(app, loadRegister().entries, config.stage);
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof GateError)) throw error;
  console.error(error.message);
  process.exit(2);
}
