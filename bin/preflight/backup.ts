import { BackupClient, DescribeRegionSettingsCommand } from '@aws-sdk/client-backup';
import { actionNeeded, type Check, clientSettings, ready } from './check';

/**
 * AWS Backup passes over resources whose type is not opted in, and copies a table to another region only where it manages
 * backups of tables itself.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/service-opt-in.html
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/advanced-ddb-backup.html
 */
export const backupOptInCheck: Check = {
  title: 'AWS Backup opt-in',
  permissions: ['backup:DescribeRegionSettings'],
  async run(context) {
    const settings = await new BackupClient(clientSettings(context)).send(
      new DescribeRegionSettingsCommand({}),
    );
    const update = `a security administrator: aws backup update-region-settings --region ${context.names.region}`;
    return [
      ...['DynamoDB', 'S3'].map((type) =>
        settings.ResourceTypeOptInPreference?.[type] === true
          ? ready(`${type} is opted in`)
          : actionNeeded(
              `${type} is not opted in`,
              `${update} --resource-type-opt-in-preference ${type}=true`,
            ),
      ),
      settings.ResourceTypeManagementPreference?.['DynamoDB'] === true
        ? ready('backups of DynamoDB can be copied to another region')
        : actionNeeded(
            'backups of DynamoDB cannot be copied to another region (advanced features are off)',
            `${update} --resource-type-management-preference DynamoDB=true`,
          ),
    ];
  },
};
