import { GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import { backupOptInCheck } from './backup';
import { actionNeeded, type Check, clientSettings, ready } from './check';

/**
 * A detector sees one region, and the audit stack makes none in this one.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_regions.html
 */
const detectorCheck: Check = {
  title: 'GuardDuty where the recovery application stands',
  permissions: ['guardduty:ListDetectors'],
  async run(context) {
    const { DetectorIds = [] } = await new GuardDutyClient(clientSettings(context)).send(
      new ListDetectorsCommand({}),
    );
    return [
      DetectorIds.length > 0
        ? ready('a detector is there')
        : actionNeeded(
            'no detector: the alert threat-found of this region stays silent',
            `Have the organisation enable GuardDuty in ${context.names.region}, or: aws guardduty create-detector --enable --region ${context.names.region}`,
          ),
    ];
  },
};

/** Asked of the region that takes over alone: what the primary region's stacks make, or its checks ask, for itself only. */
export const RECOVERY_CHECKS: readonly Check[] = [detectorCheck, backupOptInCheck];
