import * as z from 'zod';
import { STAGE_NAMES, type StageName } from '../../lambda/domain/stage-names';
import { BOUNDS } from '../../lambda/domain/bounds';
import { expiryOutcomeSchema } from '../../lambda/domain/review-record';
import { thresholdsSchema } from '../../lambda/domain/thresholds';
import { webhookAddressSchema } from './webhook-address';

export { STAGE_NAMES, type StageName };

/** The stages that a release passes in the pipeline; one beside them is deployed by hand. */
export const PIPELINE_STAGES = ['dev', 'staging', 'prod'] as const satisfies readonly StageName[];
export type PipelineStage = (typeof PIPELINE_STAGES)[number];
/** The stage beyond which a release goes no further; it alone has an application in the second region. */
export const RELEASED_STAGE: StageName = 'prod';

const days = z.int().min(1).max(3653);
const kebab = z.string().regex(/^[a-z][a-z0-9-]{1,30}$/, 'use lower-case letters, digits and hyphens');
const email = z.email();
const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'not an AWS region name');

/** A range of addresses as `aws:SourceIp` has them; one that is wider holds strangers, too. */
const networkSchema = z.union([z.cidrv4(), z.cidrv6()]).refine((range) => {
  const length = Number(range.split('/')[1]);
  return length >= (range.includes(':') ? 32 : 16);
}, 'an organisation has no network as wide');

/** CloudWatch Logs accepts only these numbers of days. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logDays = z.union(
  (
    [
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ] as const
  ).map((n) => z.literal(n)),
);

const planSchema = z.strictObject({
  id: kebab,
  ratePerSecond: z.number().positive(),
  burst: z.int().positive(),
  quotaPerDay: z.int().positive(),
  picturesPerHour: z
    .int()
    .positive()
    .describe('uploads of one client; refused exactly, whatever becomes of them'),
});

const clientSchema = z.strictObject({
  id: kebab.describe('owner of records and partition of the listing indexes; never reused'),
  description: z.string().min(1),
  plan: kebab.describe('id of one of the plans'),
  reviewPeople: z
    .int()
    .min(1)
    .max(BOUNDS.reviewPeople)
    .optional()
    .describe('people who must agree on an uncertain picture of its; one when left out'),
  webhook: z
    .strictObject({
      address: webhookAddressSchema.describe('where it is told; the allow-list, one name and path at a time'),
      confirmedOn: z.iso
        .date()
        .describe('when the client confirmed the address; a new date enables a disabled endpoint again'),
    })
    .optional()
    .describe('signed messages of what became of its pictures; none when left out'),
});

/** The one table that object expiry, TTL, log retention and backup life are taken from. All in days. */
const retentionSchema = z.strictObject({
  pendingRecord: days.describe('a presigned upload that never arrives'),
  classifiedPicture: days.describe('cats/, dogs/, others/ and their records'),
  reviewPicture: days.describe('review/ and its records'),
  quarantinedPicture: days.describe('quarantine/ and its records'),
  inputPicture: days.describe('what was left in input/ after a failure, time for a redrive'),
  noncurrentVersion: days,
  accessLog: days,
  applicationLog: logDays,
  auditLog: logDays,
  auditObject: days.describe('trail objects under Object Lock'),
  backup: days,
});

const featuresSchema = z.strictObject({
  configRecorder: z.boolean().describe('one per account and region: false when the organisation runs it'),
  guardDuty: z.boolean(),
  securityHub: z.boolean(),
  accessAnalyzer: z
    .boolean()
    .describe(
      'the analyzer of unused access, which costs by role; the one of external access is always there',
    ),
  macie: z.boolean(),
  apiGatewayAccountRole: z.boolean().describe('the account-wide role by which API Gateway writes logs'),
  costAnomalyMonitor: z.boolean(),
  objectLock: z.boolean().describe('Object Lock on the trail bucket; cannot be undone, so never in dev'),
  vaultLock: z.boolean(),
  guardHookStops: z
    .boolean()
    .describe('the guard hook stops deployments; false, so that it warns, until it was seen to work there'),
  terminationProtection: z.boolean(),
  retainStores: z.boolean().describe('RETAIN_EXCEPT_ON_CREATE on buckets, tables and keys'),
});

/**
 * Everything that differs between stages. Checked before the first construct is made: a bad value stops synth with its
 * path and the reason.
 */
export const stageConfigSchema = z
  .strictObject({
    stage: z.enum(STAGE_NAMES),
    account: z.string().regex(/^\d{12}$/, 'an AWS account id has 12 digits'),
    region: z.literal('us-east-1'),
    drRegion: regionName.refine((r) => r !== 'us-east-1', 'must differ from the primary region'),
    availabilityZones: z.array(z.string()).min(2).max(3),
    recovery: z.strictObject({
      availabilityZones: z.array(z.string()).min(2).max(3).describe('zones of drRegion'),
      active: z.boolean().describe('true from failover to failback: drRegion processes pictures'),
    }),
    deliveryAccount: z.string().regex(/^\d{12}$/, 'an AWS account id has 12 digits'),
    /** Roles that the organisation keeps in every account, by name: `OrganizationAccountAccessRole`, those of its landing zone. */
    organizationRoles: z.array(z.string().regex(/^[\w+=,.@-]{1,64}$/, 'not the name of a role')),
    organizationId: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'not an AWS Organizations id'),
    owner: kebab.describe('the team that owns the application; the Owner tag'),
    costCentre: z.string().min(1),
    dataClassification: z.enum(['internal', 'confidential', 'restricted']),
    retention: retentionSchema,
    thresholds: thresholdsSchema,
    review: z
      .strictObject({
        expireAfterDays: days.describe('how long an uncertain picture waits for people'),
        warnBeforeDays: days.describe('the alarm comes so long before the oldest one’s time is over'),
        onExpiry: expiryOutcomeSchema.describe('what becomes of it then'),
        networks: z
          .array(networkSchema)
          .min(1)
          .readonly()
          .describe(
            'from where reviewers follow links to pictures: addresses that the organisation’s networks have outside',
          ),
      })
      .refine((review) => review.warnBeforeDays < review.expireAfterDays, {
        message: 'the alarm must come after a picture began to wait',
        path: ['warnBeforeDays'],
      }),
    rekognitionTransactionsPerSecond: z.int().min(1).max(500),
    workflow: z.strictObject({
      expectedSeconds: z.number().positive().describe('how long one picture holds its slot'),
      timeoutSeconds: z.int().min(10).max(290).describe('StartSyncExecution runs at most five minutes'),
      maxReceiveCount: z.int().min(2).max(10),
    }),
    api: z.strictObject({
      ratePerSecond: z.number().positive(),
      burst: z.int().positive(),
      uploadRatePerSecond: z.number().positive(),
      uploadBurst: z.int().positive(),
      corsOrigins: z.array(z.url({ protocol: /^https?$/ })),
      blockedCountries: z.array(z.string().regex(/^[A-Z]{2}$/)).describe('empty: the geo rule is off'),
    }),
    trafficShift: z
      .enum(['all-at-once', 'canary'])
      .describe('how a release takes over: at once, or ten percent for five minutes under alarms'),
    plans: z.array(planSchema).min(1),
    apiKeyRotation: z
      .strictObject({
        everyDays: z.int().min(7).max(365),
        overlapDays: z.int().min(1).max(90).describe('how long the old key still works beside the new one'),
      })
      .refine((rotation) => rotation.overlapDays < rotation.everyDays, {
        message: 'the overlap must end before the next rotation',
        path: ['overlapDays'],
      }),
    webhookBytesMeasuredOn: z.iso
      .date()
      .optional()
      .describe(
        'when `npm run ops -- first-contact` saw on AWS that a message is sent as it was signed (0707); none is told beyond dev without it',
      ),
    webhookSecretOverlapDays: z
      .int()
      .min(1)
      .max(90)
      .describe('how long a message is signed with the secret before as well; rotated as API keys are'),
    clients: z
      .array(clientSchema)
      .min(1)
      .max(20)
      .describe(
        'each has a rule of its own; the pattern of the last rule names them all (docs/decisions/0303)',
      ),
    syntheticClient: kebab.describe('the client that the pipeline plays; one of the clients'),
    alerts: z.strictObject({
      operations: z.array(email).min(1),
      security: z.array(email).min(1),
      review: z.array(email).min(1),
      monthlyBudgetUsd: z.number().positive(),
    }),
    keyDeletionWindowDays: z.int().min(7).max(30),
    features: featuresSchema,
  })
  .superRefine((config, context) => {
    for (const [path, zones, region] of [
      [['availabilityZones'], config.availabilityZones, config.region],
      [['recovery', 'availabilityZones'], config.recovery.availabilityZones, config.drRegion],
    ] as const) {
      if (!zones.every((zone) => zone.startsWith(region)))
        context.addIssue({ code: 'custom', path: [...path], message: `not all are zones of ${region}` });
    }
    if (config.review.expireAfterDays >= config.retention.reviewPicture)
      context.addIssue({
        code: 'custom',
        path: ['review', 'expireAfterDays'],
        message: 'must end before retention.reviewPicture takes the picture away',
      });
    const plans = new Set(config.plans.map((plan) => plan.id));
    config.clients.forEach((client, index) => {
      if (!plans.has(client.plan)) {
        context.addIssue({
          code: 'custom',
          path: ['clients', index, 'plan'],
          message: `unknown plan "${client.plan}"; known: ${[...plans].join(', ')}`,
        });
      }
    });
    if (config.stage !== 'dev' && config.webhookBytesMeasuredOn === undefined)
      config.clients.forEach(({ webhook }, index) => {
        if (webhook !== undefined)
          context.addIssue({
            code: 'custom',
            path: ['clients', index, 'webhook'],
            message:
              'nobody is told beyond dev before webhookBytesMeasuredOn: npm run ops -- first-contact --stage dev measures it (docs/decisions/0707)',
          });
      });
    if (config.webhookSecretOverlapDays >= config.apiKeyRotation.everyDays)
      context.addIssue({
        code: 'custom',
        path: ['webhookSecretOverlapDays'],
        message: 'the overlap must end before the next rotation',
      });
    if (!config.clients.some(({ id }) => id === config.syntheticClient))
      context.addIssue({ code: 'custom', path: ['syntheticClient'], message: 'is none of the clients' });
    const seen = new Set<string>();
    config.clients.forEach((client, index) => {
      if (seen.has(client.id)) {
        context.addIssue({
          code: 'custom',
          path: ['clients', index, 'id'],
          message: `"${client.id}" stands twice`,
        });
      }
      seen.add(client.id);
    });
    if (config.stage === 'prod' && config.trafficShift !== 'canary')
      context.addIssue({ code: 'custom', path: ['trafficShift'], message: 'prod is released by canary' });
    if (
      config.stage === 'dev' &&
      (config.features.objectLock || config.features.vaultLock || config.features.retainStores)
    ) {
      context.addIssue({
        code: 'custom',
        path: ['features'],
        message: 'dev must stay destroyable: no lock, nothing retained',
      });
    }
  });
export type StageConfig = z.infer<typeof stageConfigSchema>;

/** A client that is told by a webhook. */
export type ToldClient = StageConfig['clients'][number] & {
  readonly webhook: NonNullable<StageConfig['clients'][number]['webhook']>;
};
export const toldClients = ({ clients }: Pick<StageConfig, 'clients'>): ToldClient[] =>
  clients.filter((client): client is ToldClient => client.webhook !== undefined);
