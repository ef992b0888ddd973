import type { StageConfig } from './schema';

/** What all stages share; a stage states only its differences (see docs/generated/stages.md). */
export const base = {
  region: 'us-east-1',
  drRegion: 'us-west-2',
  recovery: { availabilityZones: ['us-west-2a', 'us-west-2b'], active: false },
  deliveryAccount: '222233334444',
  organizationRoles: ['OrganizationAccountAccessRole'],
  organizationId: 'o-exampleorgid1',
  owner: 'image-platform',
  costCentre: 'CC-4200',
  dataClassification: 'confidential',
  apiKeyRotation: { everyDays: 90, overlapDays: 14 },
  webhookSecretOverlapDays: 7,
  review: {
    expireAfterDays: 14,
    warnBeforeDays: 4,
    onExpiry: 'stays',
    // Of the addresses that are for documentation: nobody has one. https://www.rfc-editor.org/rfc/rfc5737
    networks: ['198.51.100.0/24'],
  },
  thresholds: { accept: 90, floor: 60, margin: 15 },
  plans: [
    { id: 'standard', ratePerSecond: 10, burst: 20, quotaPerDay: 10_000, picturesPerHour: 2000 },
    { id: 'bulk', ratePerSecond: 50, burst: 100, quotaPerDay: 500_000, picturesPerHour: 60_000 },
  ],
} as const satisfies Partial<StageConfig>;
