import { paginateListServiceQuotas, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { reservedConcurrency } from '../../lib/constructs/processing/intake-concurrency';
import type { StageConfig } from '../../lib/config/schema';
import { actionNeeded, type Check, notChecked, type Outcome, ready } from './check';

interface QuotaNeed {
  readonly service: string;
  /** Part of the quota's name as Service Quotas lists it; names are stable where codes are not documented. */
  readonly name: string;
  readonly needed: (config: StageConfig) => number;
  readonly why: string;
}

/** Lambda lets nobody reserve the last of it. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const UNRESERVED = 100;

/** @see https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
const NEEDS: readonly QuotaNeed[] = [
  {
    service: 'lambda',
    name: 'Concurrent executions',
    needed: (config) =>
      Object.values(reservedConcurrency(config)).reduce((sum, reserved) => sum + reserved, UNRESERVED),
    why: 'what the functions reserve, and what Lambda keeps unreserved',
  },
  {
    service: 'rekognition',
    name: 'DetectLabels',
    needed: (config) => config.rekognitionTransactionsPerSecond,
    why: 'rekognitionTransactionsPerSecond of the configuration',
  },
  {
    service: 'vpc',
    name: 'Interface VPC endpoints per VPC',
    needed: () => 5,
    why: 'one endpoint per called service',
  },
  { service: 'vpc', name: 'VPCs per Region', needed: () => 1, why: 'the isolated VPC' },
];

export const quotaCheck: Check = {
  id: 'service-quotas',
  title: 'Service quotas',
  permission: 'servicequotas:ListServiceQuotas',
  async run({ config }) {
    const client = new ServiceQuotasClient({ region: config.region });
    const byService = new Map<string, { name: string; value: number }[]>();
    for (const service of new Set(NEEDS.map((need) => need.service))) {
      const quotas: { name: string; value: number }[] = [];
      for await (const page of paginateListServiceQuotas({ client }, { ServiceCode: service })) {
        for (const { QuotaName, Value } of page.Quotas ?? []) {
          if (QuotaName !== undefined && Value !== undefined) quotas.push({ name: QuotaName, value: Value });
        }
      }
      byService.set(service, quotas);
    }
    return NEEDS.map((need): Outcome => {
      const quota = byService.get(need.service)?.find(({ name }) => name.includes(need.name));
      const wanted = need.needed(config);
      if (quota === undefined) {
        return notChecked(
          `${need.service}: no quota named "${need.name}" is listed`,
          `Look it up in Service Quotas; needed: ${wanted} (${need.why}).`,
        );
      }
      const found = `${need.service}: ${quota.name} is ${quota.value}, needed ${wanted}`;
      return quota.value >= wanted
        ? ready(found)
        : actionNeeded(found, `Request an increase in Service Quotas (${need.why}).`);
    });
  },
};
