import { base } from './base';
import type { StageConfig } from './schema';

/** Production. Singletons of the account (recorder, detector, Security Hub) are the organisation's. */
export const prod: StageConfig = {
  ...base,
  plans: [...base.plans],
  recovery: { ...base.recovery, availabilityZones: [...base.recovery.availabilityZones] },
  stage: 'prod',
  account: '777788889999',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  retention: {
    pendingRecord: 1,
    classifiedPicture: 365,
    reviewPicture: 365,
    quarantinedPicture: 30,
    inputPicture: 14,
    noncurrentVersion: 30,
    accessLog: 365,
    applicationLog: 365,
    auditLog: 2557,
    auditObject: 2557,
    backup: 35,
  },
  rekognitionTransactionsPerSecond: 50,
  workflow: { expectedSeconds: 2, timeoutSeconds: 60, maxReceiveCount: 5 },
  api: {
    ratePerSecond: 300,
    burst: 600,
    uploadRatePerSecond: 100,
    uploadBurst: 200,
    corsOrigins: ['https://pictures.example.com'],
    blockedCountries: [],
  },
  clients: [
    { id: 'canary', description: 'Synthetic pictures during a release', plan: 'standard' },
    { id: 'partner', description: 'The first partner', plan: 'bulk' },
  ],
  alerts: {
    operations: ['image-platform@example.com'],
    security: ['security@example.com'],
    review: ['image-review@example.com'],
    monthlyBudgetUsd: 5000,
  },
  keyDeletionWindowDays: 30,
  features: {
    configRecorder: false,
    guardDuty: false,
    securityHub: false,
    accessAnalyzer: false,
    macie: false,
    apiGatewayAccountRole: false,
    costAnomalyMonitor: false,
    objectLock: true,
    vaultLock: true,
    terminationProtection: true,
    retainStores: true,
  },
};
