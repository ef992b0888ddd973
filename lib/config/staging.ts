import { base } from './base';
import type { StageConfig } from './schema';

/** The rehearsal of production: same shape, own account, smaller numbers. */
export const staging: StageConfig = {
  ...base,
  plans: [...base.plans],
  recovery: { ...base.recovery, availabilityZones: [...base.recovery.availabilityZones] },
  stage: 'staging',
  account: '444455556666',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  retention: {
    pendingRecord: 1,
    classifiedPicture: 90,
    reviewPicture: 90,
    quarantinedPicture: 14,
    inputPicture: 14,
    noncurrentVersion: 30,
    accessLog: 90,
    applicationLog: 90,
    auditLog: 365,
    auditObject: 365,
    backup: 35,
  },
  rekognitionTransactionsPerSecond: 25,
  workflow: { expectedSeconds: 2, timeoutSeconds: 60, maxReceiveCount: 5 },
  api: {
    ratePerSecond: 100,
    burst: 200,
    uploadRatePerSecond: 40,
    uploadBurst: 80,
    corsOrigins: ['https://staging.pictures.example.com'],
    blockedCountries: [],
  },
  clients: [
    { id: 'canary', description: 'Synthetic pictures during a release', plan: 'standard' },
    { id: 'partner', description: 'The first partner, testing its integration', plan: 'standard' },
  ],
  alerts: {
    operations: ['image-platform-staging@example.com'],
    security: ['security-staging@example.com'],
    review: ['image-review-staging@example.com'],
    monthlyBudgetUsd: 1000,
  },
  keyDeletionWindowDays: 30,
  features: {
    configRecorder: true,
    guardDuty: true,
    securityHub: true,
    accessAnalyzer: true,
    macie: false,
    apiGatewayAccountRole: true,
    costAnomalyMonitor: false,
    objectLock: true,
    vaultLock: false,
    terminationProtection: true,
    retainStores: true,
  },
};
