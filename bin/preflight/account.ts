import {
  AccountClient,
  type AlternateContactType,
  GetAlternateContactCommand,
  GetRegionOptStatusCommand,
} from '@aws-sdk/client-account';
import { BackupClient, DescribeRegionSettingsCommand } from '@aws-sdk/client-backup';
import { DescribeVpcEndpointServicesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { BatchGetAccountStatusCommand, Inspector2Client } from '@aws-sdk/client-inspector2';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { INTERFACE_ENDPOINT_SERVICES } from '../../lib/constructs/network/endpoint-services';
import { actionNeeded, type Check, type Outcome, ready } from './check';

export const regionOptInCheck: Check = {
  id: 'region-opt-in',
  title: 'Regions',
  permission: 'account:GetRegionOptStatus',
  run: ({ config }) =>
    Promise.all(
      [config.region, config.drRegion].map(async (region): Promise<Outcome> => {
        const { RegionOptStatus } = await new AccountClient({ region: config.region }).send(
          new GetRegionOptStatusCommand({ RegionName: region }),
        );
        return RegionOptStatus === 'ENABLED' || RegionOptStatus === 'ENABLED_BY_DEFAULT'
          ? ready(`${region} is enabled`)
          : actionNeeded(
              `${region}: ${RegionOptStatus ?? 'unknown'}`,
              `aws account enable-region --region-name ${region}`,
            );
      }),
    ),
};

/** AWS Backup passes over resources whose type is not opted in. https://docs.aws.amazon.com/aws-backup/latest/devguide/service-opt-in.html */
export const backupOptInCheck: Check = {
  id: 'backup-opt-in',
  title: 'AWS Backup opt-in',
  permission: 'backup:DescribeRegionSettings',
  async run({ config }) {
    const settings = await new BackupClient({ region: config.region }).send(
      new DescribeRegionSettingsCommand({}),
    );
    return ['DynamoDB', 'S3'].map((type): Outcome =>
      settings.ResourceTypeOptInPreference?.[type] === true
        ? ready(`${type} is opted in`)
        : actionNeeded(
            `${type} is not opted in`,
            `aws backup update-region-settings --resource-type-opt-in-preference ${type}=true`,
          ),
    );
  },
};

export const endpointAvailabilityCheck: Check = {
  id: 'endpoint-availability',
  title: 'Endpoint services per zone',
  permission: 'ec2:DescribeVpcEndpointServices',
  async run({ config }) {
    const names = INTERFACE_ENDPOINT_SERVICES.map((service) => `com.amazonaws.${config.region}.${service}`);
    const { ServiceDetails = [] } = await new EC2Client({ region: config.region }).send(
      new DescribeVpcEndpointServicesCommand({ ServiceNames: names }),
    );
    return names.map((name): Outcome => {
      const zones = ServiceDetails.find((detail) => detail.ServiceName === name)?.AvailabilityZones ?? [];
      const missing = config.availabilityZones.filter((zone) => !zones.includes(zone));
      return missing.length === 0
        ? ready(`${name} is in every zone`)
        : actionNeeded(
            `${name} is not in ${missing.join(', ')}`,
            'Choose other availabilityZones in the configuration.',
          );
    });
  },
};

const CONTACTS: readonly AlternateContactType[] = ['SECURITY', 'OPERATIONS', 'BILLING'];

export const contactCheck: Check = {
  id: 'alternate-contacts',
  title: 'Account contacts',
  permission: 'account:GetAlternateContact',
  run: ({ config }) =>
    Promise.all(
      CONTACTS.map(async (type): Promise<Outcome> => {
        try {
          await new AccountClient({ region: config.region }).send(
            new GetAlternateContactCommand({ AlternateContactType: type }),
          );
          return ready(`${type} contact is set`);
        } catch (error) {
          if (error instanceof Error && error.name === 'ResourceNotFoundException') {
            return actionNeeded(
              `no ${type} contact`,
              `aws account put-alternate-contact --alternate-contact-type ${type} …`,
            );
          }
          throw error;
        }
      }),
    ),
};

/** An unconfirmed address gets no alert. Before the first deployment there is nothing to confirm. */
export const subscriptionCheck: Check = {
  id: 'unconfirmed-addresses',
  title: 'Alert addresses',
  permission: 'sns:ListSubscriptionsByTopic',
  async run({ config, names }) {
    const outcomes: Outcome[] = [];
    for (const topic of [names.alertTopic, names.reviewTopic]) {
      const pending: string[] = [];
      try {
        for await (const page of paginateListSubscriptionsByTopic(
          { client: new SNSClient({ region: config.region }) },
          { TopicArn: names.topicArn(topic) },
        )) {
          for (const { SubscriptionArn, Endpoint } of page.Subscriptions ?? []) {
            if (SubscriptionArn === 'PendingConfirmation' && Endpoint !== undefined) pending.push(Endpoint);
          }
        }
      } catch (error) {
        if (error instanceof Error && error.name.startsWith('NotFound')) {
          outcomes.push(
            ready(`${topic} is not deployed yet; confirm its addresses after the first deployment`),
          );
          continue;
        }
        throw error;
      }
      outcomes.push(
        pending.length === 0
          ? ready(`${topic}: every address is confirmed`)
          : actionNeeded(
              `${topic}: ${pending.length} unconfirmed`,
              'Follow the link in the confirmation mail of each address.',
            ),
      );
    }
    return outcomes;
  },
};

export const inspectorCheck: Check = {
  id: 'inspector',
  title: 'Amazon Inspector for functions',
  permission: 'inspector2:BatchGetAccountStatus',
  async run({ config }) {
    const { accounts = [] } = await new Inspector2Client({ region: config.region }).send(
      new BatchGetAccountStatusCommand({}),
    );
    return accounts[0]?.resourceState?.lambda?.status === 'ENABLED'
      ? [ready('Lambda scanning is enabled')]
      : [
          actionNeeded(
            'Lambda scanning is not enabled',
            'aws inspector2 enable --resource-types LAMBDA (CloudFormation has no resource for it)',
          ),
        ];
  },
};
