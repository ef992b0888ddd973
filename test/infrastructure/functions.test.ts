import { baseEnvironmentSchema } from '../../lambda/environment';
import { FUNCTION_IDS, functionDefinition } from '../../lambda/functions';
import {
  at,
  listAt,
  mutated,
  ofType,
  referenceOf,
  STAGES,
  type SynthesizedStage,
  synthesized,
  type TemplateProperties,
  type TemplateResource,
} from '../support/synthesized-stage';

const FUNCTION = 'AWS::Lambda::Function';

/** What the function construct promises beyond what the security properties look at. */
const PROMISES: Record<string, (fn: TemplateResource, stage: SynthesizedStage) => boolean> = {
  'runs on Node 24': ({ Properties }) => Properties['Runtime'] === 'nodejs24.x',
  'runs on arm64': ({ Properties }) => listAt(Properties, 'Architectures').join() === 'arm64',
  'logs JSON to a group of its own': ({ Properties: p }, stage) =>
    at(p, 'LoggingConfig', 'LogFormat') === 'JSON' &&
    ofType(stage, 'AWS::Logs::LogGroup').some(
      ({ id, Properties }) =>
        id === referenceOf(at(p, 'LoggingConfig', 'LogGroup')) &&
        Properties['LogGroupName'] === `/aws/lambda/${String(p['FunctionName'])}`,
    ),
  'stops calling itself': ({ Properties }) => Properties['RecursiveLoop'] === 'Terminate',
  'is called by its alias live': (fn, stage) =>
    ofType(stage, 'AWS::Lambda::Alias').some(
      ({ Properties }) => referenceOf(Properties['FunctionName']) === fn.id && Properties['Name'] === 'live',
    ),
};

const broken = (promise: string, stage: SynthesizedStage): string[] =>
  ofType(stage, FUNCTION)
    .filter((fn) => PROMISES[promise]?.(fn, stage) !== true)
    .map(({ id }) => id);

describe.each(STAGES)('every function of %s', (name) => {
  const stage = synthesized(name);

  it.each(Object.keys(PROMISES))('%s', (promise) => {
    expect(broken(promise, stage)).toEqual([]);
  });
  it.each(FUNCTION_IDS)('%s starts with the environment that its schema wants', (id) => {
    const fn = ofType(stage, FUNCTION).find(
      ({ Properties }) => Properties['FunctionName'] === stage.names.function(id),
    );
    const { environment } = functionDefinition(id);
    const schema = environment.extend(baseEnvironmentSchema.shape).strict();
    expect(schema.safeParse(at(fn?.Properties, 'Environment', 'Variables')).error).toBeUndefined();
  });
  it('settles reviews one run at a time: a second one could take away the mark by which a copy is found', () => {
    const settling = ofType(stage, FUNCTION).find(
      ({ Properties }) => Properties['FunctionName'] === stage.names.function('settleReviews'),
    );
    expect(settling?.Properties['ReservedConcurrentExecutions']).toBe(1);
  });
  it('leaves the account a tenth of its concurrency', () => {
    const reserved = ofType(stage, FUNCTION).map(
      ({ Properties }) => Properties['ReservedConcurrentExecutions'] as number,
    );
    expect(reserved.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(900);
  });
});

describe('each promise has teeth', () => {
  const dev = synthesized('dev');
  const MUTATIONS: Record<string, (properties: TemplateProperties) => void> = {
    'runs on Node 24': (fn) => (fn['Runtime'] = 'nodejs20.x'),
    'runs on arm64': (fn) => delete fn['Architectures'],
    'logs JSON to a group of its own': (fn) => delete fn['LoggingConfig'],
    'stops calling itself': (fn) => (fn['RecursiveLoop'] = 'Allow'),
    'is called by its alias live': (alias) => (alias['Name'] = 'latest'),
  };
  it.each(Object.entries(MUTATIONS))('%s', (promise, change) => {
    const type = promise.includes('alias') ? 'AWS::Lambda::Alias' : FUNCTION;
    expect(broken(promise, mutated(dev, type, change))).toHaveLength(1);
  });
});
