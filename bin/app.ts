import type { App } from 'aws-cdk-lib';
import { ConfigurationError, loadStageConfig, parseStageConfig } from '../lib/config/load';
import { createApp } from '../lib/create-app';
import type { StageConfig } from '../lib/config/schema';
import { ApplicationStage } from '../lib/stages/application-stage';

/** `-c stage=prod` chooses the stage; `-c account=123456789012` deploys it into an account of one's own. */
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
  new ApplicationStage(app, configuration(app));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(2);
}
