import { dig, listOf } from '../model/dig';
import type { Resource } from '../model/resource';
import type { ProofRows } from '../proof-rows';
import type { ReleaseModel } from './release-model';
import { RELEASE_RULES } from './rules';

/** Where each type names the alarms that stop what it releases. */
const STOPPED_BY: Readonly<Record<string, (resource: Resource) => unknown[]>> = {
  'AWS::CodeDeploy::DeploymentGroup': (r) =>
    dig(r.property('AlarmConfiguration'), 'Enabled') === true
      ? listOf(dig(r.property('AlarmConfiguration'), 'Alarms')).map((alarm) => dig(alarm, 'Name'))
      : [],
  'AWS::StepFunctions::StateMachineAlias': (r) => listOf(dig(r.property('DeploymentPreference'), 'Alarms')),
};
const VERSIONS = ['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion'];

/** Whether the alarm counts what one version does: nothing of it was counted before that version came. */
function isOfVersion(alarm: Resource, { set }: ReleaseModel): boolean {
  const versions = new Set(
    set
      .resources(...VERSIONS)
      .filter(({ stackName }) => stackName === alarm.stackName)
      .map(({ path }) => path),
  );
  return alarm.list('Dimensions').some((dimension) => versions.has(String(dig(dimension, 'Value'))));
}

/** Whatever can take a release back must not be standing from before. */
export function evaluateRollbackAlarms(rows: ProofRows, model: ReleaseModel): void {
  const alarms = model.set.resources('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm');
  for (const resource of model.set.resources(...Object.keys(STOPPED_BY))) {
    rows.guarded(RELEASE_RULES.alarmOfVersion, resource, () => {
      const names = (STOPPED_BY[resource.type]?.(resource) ?? []).map(String);
      const problems = names.flatMap((name) => {
        const alarm = alarms.find((candidate) => candidate.optionalText('AlarmName') === name);
        if (!alarm) return [`no template has the alarm ${name}`];
        if (alarm.type !== 'AWS::CloudWatch::Alarm' || !isOfVersion(alarm, model))
          return [`${name} counts more than the released version, so it may stand when the hotfix comes`];
        return [];
      });
      rows.evaluate(
        RELEASE_RULES.alarmOfVersion,
        resource,
        problems,
        `${names.length} alarms on the released version alone`,
      );
    });
  }
}
