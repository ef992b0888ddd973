import { accountsIn } from '../iam/example';
import { at, evaluated, type Setting, textOf } from './setting';

/**
 * What hands a resource, or what passes through it, to the account that a property names: by type, the paths of the
 * properties, `*` standing for every item of a list.
 */
const RECEIVERS: Readonly<Record<string, readonly string[]>> = {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html
  'AWS::Logs::SubscriptionFilter': ['DestinationArn'],
  'AWS::Logs::AccountPolicy': ['PolicyDocument'],
  'AWS::Logs::DeliveryDestination': ['DestinationResourceArn'],
  'AWS::Oam::Link': ['SinkIdentifier'],
  // https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html
  'AWS::RAM::ResourceShare': ['Principals'],
  'AWS::EC2::VPCEndpointServicePermissions': ['AllowedPrincipals'],
  'AWS::EC2::VPCPeeringConnection': ['PeerOwnerId'],
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
  'AWS::Events::Rule': ['Targets.*.Arn'],
  'AWS::Pipes::Pipe': ['Target'],
  'AWS::Scheduler::Schedule': ['Target.Arn'],
  'AWS::SNS::Subscription': ['Endpoint'],
  'AWS::SNS::Topic': ['Subscription.*.Endpoint'],
  'AWS::Lambda::EventInvokeConfig': [
    'DestinationConfig.OnSuccess.Destination',
    'DestinationConfig.OnFailure.Destination',
  ],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
  'AWS::S3::Bucket': [
    'ReplicationConfiguration.Rules.*.Destination.Account',
    'InventoryConfigurations.*.Destination.BucketAccountId',
    'AnalyticsConfigurations.*.StorageClassAnalysis.DataExport.Destination.BucketAccountId',
    'NotificationConfiguration.LambdaConfigurations.*.Function',
    'NotificationConfiguration.QueueConfigurations.*.Queue',
    'NotificationConfiguration.TopicConfigurations.*.Topic',
  ],
  'AWS::Backup::BackupPlan': ['BackupPlan.BackupPlanRule.*.CopyActions.*.DestinationBackupVaultArn'],
};

/** What is handed to an account that is not at home. */
export const SHARED_WITH_ACCOUNTS: readonly Setting[] = Object.entries(RECEIVERS).map(([type, paths]) =>
  evaluated('foreignAccount', type, (resource, _set, own) =>
    paths.flatMap((place) => {
      const accounts = new Set(at(resource, place).flatMap((each) => accountsIn(textOf(each))));
      return [...accounts]
        .filter((account) => !own.has(account))
        .map((account) => `account ${account}, if it is not your own, gets what it hands over by ${place}`);
    }),
  ),
);
