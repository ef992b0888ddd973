/** What one unit costs in us-east-1, in US dollars, and the page that says so. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  readonly source: string;
}

const price = (usd: number, unit: string, page: string): Price => ({
  usd,
  unit,
  source: `https://aws.amazon.com/${page}/pricing/`,
});

const MILLION = 1_000_000;
const HOURS_A_MONTH = 730;

/** List prices without free tiers and discounts, as published in 2026. Change them here when AWS does. */
export const PRICES = {
  image: price(1 / 1000, 'picture', 'rekognition'),
  apiRequest: price(3.5 / MILLION, 'request', 'api-gateway'),
  firewallRequest: price(0.6 / MILLION, 'request', 'waf'),
  invocation: price(0.2 / MILLION, 'invocation', 'lambda'),
  gigabyteSecond: price(0.0000133334, 'GB-second, arm64', 'lambda'),
  execution: price(1 / MILLION, 'Express execution', 'step-functions'),
  transition: price(25 / MILLION, 'state transition', 'step-functions'),
  executionGigabyteSecond: price(0.06 / 3600, 'GB-second', 'step-functions'),
  objectWrite: price(5 / MILLION, 'PUT or LIST', 's3'),
  objectRead: price(0.4 / MILLION, 'GET or HEAD', 's3'),
  objectEvent: price(1 / MILLION, 'S3 event', 'eventbridge'),
  queueRequest: price(0.4 / MILLION, 'request', 'sqs'),
  writeUnit: price(0.625 / MILLION, 'write unit', 'dynamodb'),
  readUnit: price(0.125 / MILLION, 'read unit', 'dynamodb'),
  trailEvent: price(0.1 / 100_000, 'data or network event', 'cloudtrail'),
  logGigabyte: price(0.5, 'GB taken in', 'cloudwatch'),
  endpointGigabyte: price(0.01, 'GB', 'privatelink'),
  storedGigabyteMonth: price(0.023, 'GB-month', 's3'),

  endpointMonth: price(0.01 * HOURS_A_MONTH, 'endpoint and zone', 'privatelink'),
  keyMonth: price(1, 'key', 'kms'),
  secretMonth: price(0.4, 'secret', 'secrets-manager'),
  webAclMonth: price(5, 'web ACL', 'waf'),
  firewallRuleMonth: price(1, 'rule', 'waf'),
  alarmMonth: price(0.1, 'alarm metric', 'cloudwatch'),
  compositeAlarmMonth: price(0.5, 'composite alarm', 'cloudwatch'),
  dashboardMonth: price(3, 'dashboard', 'cloudwatch'),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
