import { type App, Tags } from 'aws-cdk-lib';
import { delivery, type DeliveryConfig, parseDeliveryConfig } from '../config/delivery';
import { loadStageConfig } from '../config/load';
import type { PipelineStage, StageConfig } from '../config/schema';
import { DELIVERY_PREFIX, DELIVERY_RECOVERY_STACK } from '../names';
import { DeliveryRecoveryStack } from '../stacks/delivery-recovery-stack';
import { DeliveryStack } from '../stacks/delivery-stack';
import { ApplicationStage } from './application-stage';
import { RecoveryApplicationStage } from './recovery-application-stage';

/** Puts the pipeline and what it needs in the second region into an application of its own (bin/delivery.ts). */
export class DeliveryApplication {
  constructor(app: App, config: DeliveryConfig, stages: Readonly<Record<PipelineStage, StageConfig>>) {
    const region = stages.prod.drRegion;
    const recovery = new DeliveryRecoveryStack(app, DELIVERY_RECOVERY_STACK, { config, region });
    const pipeline = new DeliveryStack(app, DELIVERY_PREFIX, {
      config,
      stages,
      // Below the app and not below the pipeline: the paths, and with them the templates, are those that the gate evaluates.
      released: {
        dev: new ApplicationStage(app, stages.dev),
        staging: new ApplicationStage(app, stages.staging),
        prod: new ApplicationStage(app, stages.prod),
        recovery: new RecoveryApplicationStage(app, stages.prod),
      },
      recoveryArtifacts: recovery.artifacts,
    });
    for (const stack of [recovery, pipeline]) {
      Tags.of(stack).add('Application', 'serverlessapp');
      Tags.of(stack).add('Environment', 'delivery');
      Tags.of(stack).add('Owner', config.owner);
      Tags.of(stack).add('DataClassification', 'internal');
      Tags.of(stack).add('CostCentre', config.costCentre);
    }
  }
}

/**
 * A whole release as this project's configuration has it: the pipeline, and every application that it deploys.
 * @throws ConfigurationError when a configuration is not valid.
 */
export const releaseApplication = (app: App): DeliveryApplication =>
  new DeliveryApplication(app, parseDeliveryConfig(delivery), {
    dev: loadStageConfig('dev'),
    staging: loadStageConfig('staging'),
    prod: loadStageConfig('prod'),
  });
