import { delivery, parseDeliveryConfig } from '../lib/config/delivery';
import { ConfigurationError, loadStageConfig } from '../lib/config/load';
import { createApp } from '../lib/create-app';
import { DeliveryApplication } from '../lib/stages/delivery-application';

const app = createApp();
try {
  new DeliveryApplication(app, parseDeliveryConfig(delivery), {
    dev: loadStageConfig('dev'),
    staging: loadStageConfig('staging'),
    prod: loadStageConfig('prod'),
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(2);
}
