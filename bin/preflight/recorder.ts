import {
  ConfigServiceClient,
  DescribeConfigurationRecordersCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeDeliveryChannelsCommand,
} from '@aws-sdk/client-config-service';
import { RECORDED_TYPES } from '../../lib/audit/config-rules';
import { actionNeeded, type Check, clientSettings, type Outcome, ready } from './check';

/**
 * Our AWS Config rules see only what a recorder records: one that is off, that delivers nowhere, or that leaves out our
 * types makes them silent. https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html
 */
export const recorderCheck: Check = {
  title: 'What AWS Config records',
  permissions: [
    'config:DescribeConfigurationRecorders',
    'config:DescribeConfigurationRecorderStatus',
    'config:DescribeDeliveryChannels',
  ],
  async run(context) {
    const client = new ConfigServiceClient(clientSettings(context));
    const { ConfigurationRecorders: [recorder] = [] } = await client.send(
      new DescribeConfigurationRecordersCommand({}),
    );
    if (recorder === undefined) return [ready('no recorder yet; whose it will be stands above')];
    const { ConfigurationRecordersStatus: [status] = [] } = await client.send(
      new DescribeConfigurationRecorderStatusCommand({}),
    );
    const { DeliveryChannels = [] } = await client.send(new DescribeDeliveryChannelsCommand({}));
    const group = recorder.recordingGroup;
    const recorded: readonly string[] = group?.resourceTypes ?? [];
    const missing =
      group?.allSupported === true
        ? []
        : Object.keys(RECORDED_TYPES).filter((type) => !recorded.includes(type));
    const name = recorder.name ?? 'the recorder';
    const evaluated = (good: boolean, found: string, lacking: string, next: string): Outcome =>
      good ? ready(found) : actionNeeded(lacking, next);
    return [
      evaluated(
        status?.recording === true,
        `${name} is on`,
        `${name} is off`,
        `aws configservice start-configuration-recorder --configuration-recorder-name ${name} --region ${context.names.region}`,
      ),
      evaluated(
        DeliveryChannels.length > 0,
        'it delivers',
        'it has no delivery channel',
        'Have whoever made the recorder give it one.',
      ),
      evaluated(
        missing.length === 0,
        'it records every type that our rules evaluate',
        `it does not record ${missing.join(', ')}`,
        'Have whoever made the recorder record these types: rules over them find nothing.',
      ),
    ];
  },
};
