import { AccountClient, GetRegionOptStatusCommand } from '@aws-sdk/client-account';
import { actionNeeded, type Check, clientSettings, type Outcome, ready } from './check';

export const regionOptInCheck: Check = {
  title: 'Regions',
  permissions: ['account:GetRegionOptStatus'],
  run: (context) =>
    Promise.all(
      [context.config.region, context.config.drRegion].map(async (region): Promise<Outcome> => {
        const { RegionOptStatus } = await new AccountClient(clientSettings(context)).send(
          new GetRegionOptStatusCommand({ RegionName: region }),
        );
        return RegionOptStatus === 'ENABLED' || RegionOptStatus === 'ENABLED_BY_DEFAULT'
          ? ready(`${region} is enabled`)
          : actionNeeded(
              `${region}: ${RegionOptStatus ?? 'unknown'}`,
              `in the management account, as the organisation's policies let no other: aws account enable-region --account-id ${context.config.account} --region-name ${region}`,
            );
      }),
    ),
};
