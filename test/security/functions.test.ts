import { FUNCTION_IDS } from '../../lambda/function-ids';
import {
  mutated,
  ofType,
  referenceOf,
  STAGES,
  type SynthesizedStage,
  synthesized,
  type TemplateResource,
} from '../support/templates';

const FUNCTION = 'AWS::Lambda::Function';

/** What every function has; each rule answers what is wrong, or nothing. */
const RULES: Record<string, (fn: TemplateResource, stage: SynthesizedStage) => boolean> = {
  'runs on Node 24, arm64': ({ Properties: p }) =>
    p['Runtime'] === 'nodejs24.x' && p['Architectures']?.join() === 'arm64',
  'stands in every isolated subnet': ({ Properties: p }, stage) =>
    p['VpcConfig']?.SubnetIds?.length === stage.config.availabilityZones.length &&
    p['VpcConfig'].SubnetIds.every((id: unknown) => referenceOf(id).includes('Vpcfunctions')),
  'has one group, its own': (fn, stage) =>
    fn.Properties['VpcConfig']?.SecurityGroupIds?.length === 1 &&
    ofType(stage, FUNCTION).filter(
      (other) =>
        referenceOf(other.Properties['VpcConfig']?.SecurityGroupIds?.[0]) ===
        referenceOf(fn.Properties['VpcConfig'].SecurityGroupIds[0]),
    ).length === 1,
  'has a role of its own': (fn, stage) =>
    ofType(stage, FUNCTION).filter(
      (other) => referenceOf(other.Properties['Role']) === referenceOf(fn.Properties['Role']),
    ).length === 1,
  'encrypts its environment with the data key': ({ Properties: p }) =>
    referenceOf(p['KmsKeyArn']).startsWith('DataKey'),
  'traces actively': ({ Properties: p }) => p['TracingConfig']?.Mode === 'Active',
  'has a queue for failures': ({ Properties: p }) => p['DeadLetterConfig']?.TargetArn !== undefined,
  'reserves its concurrency': ({ Properties: p }) => p['ReservedConcurrentExecutions'] > 0,
  'logs JSON to a group of its own': ({ Properties: p }, stage) =>
    p['LoggingConfig']?.LogFormat === 'JSON' &&
    ofType(stage, 'AWS::Logs::LogGroup').some(
      (group) =>
        group.id === referenceOf(p['LoggingConfig'].LogGroup) &&
        group.Properties['LogGroupName'] === `/aws/lambda/${String(p['FunctionName'])}`,
    ),
  'does not recurse': ({ Properties: p }) => p['RecursiveLoop'] === 'Terminate',
  'is called by its alias live': (fn, stage) =>
    ofType(stage, 'AWS::Lambda::Alias').some(
      (alias) =>
        referenceOf(alias.Properties['FunctionName']) === fn.id && alias.Properties['Name'] === 'live',
    ),
};

const broken = (rule: string, stage: SynthesizedStage): string[] =>
  ofType(stage, FUNCTION)
    .filter((fn) => RULES[rule]?.(fn, stage) !== true)
    .map(({ id }) => id);

describe.each(STAGES)('every function of %s', (name) => {
  const stage = synthesized(name);

  it('is one of ours: no custom-resource function, none made by hand', () => {
    const names = ofType(stage, FUNCTION).map(({ Properties }) => Properties['FunctionName'] as string);
    expect(names.sort()).toEqual(FUNCTION_IDS.map((id) => stage.names.function(id)).sort());
    const custom = stage.resources.filter(
      ({ Type }) => Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource',
    );
    expect(custom).toEqual([]);
  });

  it.each(Object.keys(RULES))('%s', (rule) => {
    expect(broken(rule, stage)).toEqual([]);
  });

  it('together reserve no more than preflight asks the account for', () => {
    const reserved = ofType(stage, FUNCTION).map(
      ({ Properties }) => Properties['ReservedConcurrentExecutions'] as number,
    );
    expect(reserved.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(900);
  });
});

describe('each rule has teeth', () => {
  const MUTATIONS: Record<string, (properties: TemplateResource['Properties']) => void> = {
    'runs on Node 24, arm64': (p) => (p['Runtime'] = 'nodejs20.x'),
    'stands in every isolated subnet': (p) => p['VpcConfig'].SubnetIds.pop(),
    'has one group, its own': (p) => delete p['VpcConfig'],
    'has a role of its own': (p) => (p['Role'] = { 'Fn::GetAtt': ['FunctionsEraseRole4F5F6BD0', 'Arn'] }),
    'encrypts its environment with the data key': (p) => delete p['KmsKeyArn'],
    'traces actively': (p) => (p['TracingConfig'].Mode = 'PassThrough'),
    'has a queue for failures': (p) => delete p['DeadLetterConfig'],
    'reserves its concurrency': (p) => delete p['ReservedConcurrentExecutions'],
    'logs JSON to a group of its own': (p) => delete p['LoggingConfig'],
    'does not recurse': (p) => (p['RecursiveLoop'] = 'Allow'),
    'is called by its alias live': () => undefined,
  };
  const dev = synthesized('dev');
  const eraseRole = ofType(dev, FUNCTION).find(({ Properties }) =>
    String(Properties['FunctionName']).endsWith('-erase'),
  )?.Properties['Role'] as unknown;

  it.each(Object.keys(RULES))('%s', (rule) => {
    const worse =
      rule === 'is called by its alias live'
        ? mutated(dev, 'AWS::Lambda::Alias', ({ Properties }) => (Properties['Name'] = 'latest'))
        : mutated(
            dev,
            FUNCTION,
            ({ Properties }) => {
              if (rule === 'has a role of its own') Properties['Role'] = eraseRole;
              else MUTATIONS[rule]?.(Properties);
            },
            ({ Properties }) => String(Properties['FunctionName']).endsWith('-upload'),
          );
    expect(broken(rule, worse)).not.toEqual([]);
  });
});
