import {
  at,
  listAt,
  ofType,
  put,
  type SynthesizedStage,
  synthesized,
  type TemplateResource,
} from '../support/synthesized-stage';

interface WithUpdatePolicy extends TemplateResource {
  readonly UpdatePolicy?: unknown;
}
const aliases = (stage: SynthesizedStage) => ofType(stage, 'AWS::Lambda::Alias') as WithUpdatePolicy[];
const groups = (stage: SynthesizedStage) => ofType(stage, 'AWS::CodeDeploy::DeploymentGroup');
const alarmNames = ({ Properties }: TemplateResource): unknown[] =>
  listAt(Properties, 'AlarmConfiguration', 'Alarms').map((alarm) => at(alarm, 'Name'));

/** Aliases that move to a new version at once. */
const abrupt = (stage: SynthesizedStage): string[] =>
  aliases(stage)
    .filter(({ UpdatePolicy }) => {
      const group = at(UpdatePolicy, 'CodeDeployLambdaAliasUpdate', 'DeploymentGroupName', 'Ref');
      return !groups(stage).some(({ id }) => id === group);
    })
    .map(({ id }) => id);

/** Alarms of releases that all versions together answer for: ten percent of trouble drown in them. */
const drowned = (stage: SynthesizedStage): string[] =>
  ofType(stage, 'AWS::CloudWatch::Alarm')
    .filter(({ Properties }) => String(Properties['AlarmName']).includes('-release-'))
    .filter(({ Properties }) => {
      const version = listAt(Properties, 'Dimensions').find((d) =>
        /^(Executed)?Version$/.test(String(at(d, 'Name'))),
      );
      return !/"Fn::GetAtt":\["\w+","(Version|Arn)"\]/.test(JSON.stringify(at(version, 'Value') ?? null));
    })
    .map(({ id }) => id);

describe.each(['staging', 'prod'] as const)('a release of %s', (name) => {
  const stage = synthesized(name);
  it('shifts every function, ten percent first', () => {
    expect(aliases(stage).length).toBeGreaterThan(8);
    expect(abrupt(stage)).toEqual([]);
    for (const { Properties } of groups(stage))
      expect(Properties['DeploymentConfigName']).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
  });
  it('goes back on two alarms of the new version, both of which exist, and on no other', () => {
    expect(drowned(stage)).toEqual([]);
    const made = ofType(stage, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties['AlarmName']);
    for (const group of groups(stage)) {
      const watched = alarmNames(group).map((alarm) =>
        typeof alarm === 'string'
          ? alarm
          : ofType(stage, 'AWS::CloudWatch::Alarm').find(({ id }) => id === at(alarm, 'Ref'))?.Properties[
              'AlarmName'
            ],
      );
      expect(watched).toHaveLength(2);
      expect(made).toEqual(expect.arrayContaining(watched));
      expect(at(group.Properties, 'AutoRollbackConfiguration', 'Events')).toContain(
        'DEPLOYMENT_STOP_ON_ALARM',
      );
    }
  });
  it('shifts the workflow likewise', () => {
    const [alias] = ofType(stage, 'AWS::StepFunctions::StateMachineAlias');
    expect(at(alias?.Properties, 'DeploymentPreference')).toMatchObject({
      Type: 'CANARY',
      Percentage: 10,
      Interval: 5,
    });
    const alarms = listAt(alias?.Properties, 'DeploymentPreference', 'Alarms').map((alarm) =>
      ofType(stage, 'AWS::CloudWatch::Alarm').find(({ id }) => id === at(alarm, 'Ref')),
    );
    expect(alarms.map((alarm) => alarm?.Properties['MetricName'])).toEqual([
      'ExecutionsFailed',
      'ExecutionsTimedOut',
    ]);
  });
  it('is made by a role that can change aliases of our functions and nothing else', () => {
    const policy = ofType(stage, 'AWS::IAM::ManagedPolicy').find(
      ({ Properties }) => Properties['ManagedPolicyName'] === stage.names.of('release-policy'),
    );
    const actions = listAt(policy?.Properties, 'PolicyDocument', 'Statement').flatMap((s) => at(s, 'Action'));
    expect(actions.flat().sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'lambda:GetAlias',
      'lambda:GetProvisionedConcurrencyConfig',
      'lambda:UpdateAlias',
    ]);
  });
});

describe('a release of dev', () => {
  it('takes over at once: nobody waits in a sandbox', () => {
    expect(groups(synthesized('dev'))).toEqual([]);
  });
});

describe('the checks have teeth', () => {
  const clone = (): SynthesizedStage =>
    structuredClone({ ...synthesized('prod'), names: undefined }) as never;
  it('an alias without its update policy is found', () => {
    const stage = clone();
    put(aliases(stage)[0], undefined, 'UpdatePolicy');
    expect(abrupt(stage)).toHaveLength(1);
  });
  it('an alarm over all versions is found', () => {
    const stage = clone();
    const alarm = ofType(stage, 'AWS::CloudWatch::Alarm').find(({ Properties }) =>
      String(Properties['AlarmName']).includes('-release-'),
    );
    put(alarm, [], 'Properties', 'Dimensions');
    expect(drowned(stage)).toHaveLength(1);
  });
});
