import { BatchGetAccountStatusCommand, Inspector2Client } from '@aws-sdk/client-inspector2';
import { actionNeeded, type Check, clientSettings, ready } from './check';

/** CloudFormation has no resource that enables it. */
export const inspectorCheck: Check = {
  title: 'Amazon Inspector for functions',
  permissions: ['inspector2:BatchGetAccountStatus'],
  async run(context) {
    const { accounts = [] } = await new Inspector2Client(clientSettings(context)).send(
      new BatchGetAccountStatusCommand({}),
    );
    return accounts[0]?.resourceState?.lambda?.status === 'ENABLED'
      ? [ready('Lambda scanning is enabled')]
      : [
          actionNeeded(
            'Lambda scanning is not enabled',
            `aws inspector2 enable --resource-types LAMBDA --region ${context.names.region}`,
          ),
        ];
  },
};
