import { base } from './base';
import type { StageConfig } from './schema';

/** One developer's or one team's sandbox: cheap, short-lived, destroyable to nothing. */
export const dev: StageConfig = {
  ...base,
  plans: [...base.plans],
  recovery: { ...base.recovery, availabilityZones: [...base.recovery.availabilityZones] },
  stage: 'dev',
  account: '111122223333',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  retention: {
    pendingRecord: 1,
    classifiedPicture: 30,
    reviewPicture: 30,
    quarantinedPicture: 7,
    inputPicture: 14,
    noncurrentVersion: 7,
    accessLog: 30,
    applicationLog: 30,
    auditLog: 30,
    auditObject: 30,
    backup: 7,
  },
  rekognitionTransactionsPerSecond: 5,
  workflow: { expectedSeconds: 2, timeoutSeconds: 60, maxReceiveCount: 3 },
  api: {
    ratePerSecond: 50,
    burst: 100,
    uploadRatePerSecond: 20,
    uploadBurst: 40,
    corsOrigins: ['http://localhost:3000'],
    blockedCountries: [],
  },
  clients: [
    { id: 'demo', description: 'The client that npm start plays', plan: 'bulk' },
    { id: 'partner', description: 'A second client, so that isolation can be seen', plan: 'standard' },
  ],
  alerts: {
    operations: ['image-platform-dev@example.com'],
    security: ['security-dev@example.com'],
    review: ['image-review-dev@example.com'],
    monthlyBudgetUsd: 200,
  },
  keyDeletionWindowDays: 7,
  features: {
    configRecorder: true,
    guardDuty: false,
    securityHub: false,
    accessAnalyzer: true,
    macie: false,
    apiGatewayAccountRole: true,
    costAnomalyMonitor: false,
    objectLock: false,
    vaultLock: false,
    terminationProtection: false,
    retainStores: false,
  },
};
