import { base } from '../../lib/config/base';
import { dev } from '../../lib/config/dev';
import { ConfigurationError, loadStageConfig, parseStageConfig } from '../../lib/config/load';
import { STAGE_NAMES, type StageConfig } from '../../lib/config/schema';

const refusal = (change: (values: StageConfig) => void): string => {
  const values = structuredClone(dev);
  change(values);
  try {
    parseStageConfig(values, 'under test');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('the configuration', () => {
  it.each(STAGE_NAMES)('of %s is valid', (stage) => {
    expect(loadStageConfig(stage).stage).toBe(stage);
  });
  it('gives each stage an account of its own', () => {
    expect(new Set(STAGE_NAMES.map((stage) => loadStageConfig(stage).account)).size).toBe(STAGE_NAMES.length);
  });
  it('Given an unknown stage, then it names the known ones', () => {
    expect(() => loadStageConfig('production')).toThrow(/no stage "production".*dev, staging, prod/);
  });
  it('Given unchanged values, then it accepts them: the refusals below are about what they change', () => {
    expect(refusal(() => undefined)).toBe('accepted');
    expect(base.region).toBe('us-east-1');
  });

  it.each<[string, (values: StageConfig) => void, RegExp]>([
    ['an account with too few digits', (v) => (v.account = '1234'), /account: .*12 digits/],
    [
      'a floor above the accept',
      (v) => (v.thresholds = { ...v.thresholds, accept: 60, floor: 90, margin: 15 }),
      /thresholds\.floor/,
    ],
    [
      'a margin above the floor',
      (v) => (v.thresholds = { ...v.thresholds, accept: 90, floor: 10, margin: 15 }),
      /thresholds\.margin/,
    ],
    [
      'a client with an unknown plan',
      (v) => (v.clients = [{ id: 'one', description: 'x', plan: 'gold' }]),
      /clients\.0\.plan: unknown plan "gold"/,
    ],
    [
      'a client that stands twice',
      (v) => v.clients.push({ ...v.clients[0] } as StageConfig['clients'][number]),
      /stands twice/,
    ],
    [
      'log days that CloudWatch does not know',
      (v) => (v.retention.applicationLog = 31 as 30),
      /retention\.applicationLog/,
    ],
    [
      'a workflow longer than Step Functions waits',
      (v) => (v.workflow.timeoutSeconds = 300),
      /workflow\.timeoutSeconds/,
    ],
    ['a second region that is the first', (v) => (v.drRegion = 'us-east-1'), /drRegion/],
    ['one zone only', (v) => (v.availabilityZones = ['us-east-1a']), /availabilityZones/],
    ['nobody to alert', (v) => (v.alerts.operations = []), /alerts\.operations/],
    ['Object Lock in dev', (v) => (v.features.objectLock = true), /features: dev must stay destroyable/],
    ['a misspelt value', (v) => Object.assign(v, { regoin: 'us-east-1' }), /regoin/],
  ])('Given %s, then it refuses with path and reason', (_what, change, message) => {
    expect(refusal(change)).toMatch(message);
  });
  it('reports every fault at once', () => {
    const message = refusal((values) => {
      values.account = '';
      values.drRegion = 'us-east-1';
    });
    expect(message).toMatch(/account/);
    expect(message).toMatch(/drRegion/);
  });
});
