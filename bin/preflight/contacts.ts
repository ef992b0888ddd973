import {
  AccountClient,
  type AlternateContactType,
  GetAlternateContactCommand,
} from '@aws-sdk/client-account';
import type { StageConfig } from '../../lib/config/schema';
import { isError } from '../../tools/aws/why-not-answered';
import { actionNeeded, type Check, clientSettings, type Outcome, ready } from './check';

/** Whom AWS writes to; the configuration knows addresses for two of them. */
const CONTACTS: Readonly<Record<AlternateContactType, (config: StageConfig) => string | undefined>> = {
  SECURITY: ({ alerts }) => alerts.security[0],
  OPERATIONS: ({ alerts }) => alerts.operations[0],
  BILLING: () => undefined,
};

export const contactCheck: Check = {
  title: 'Account contacts',
  permissions: ['account:GetAlternateContact'],
  run: (context) =>
    Promise.all(
      (Object.keys(CONTACTS) as AlternateContactType[]).map(async (type): Promise<Outcome> => {
        try {
          await new AccountClient(clientSettings(context)).send(
            new GetAlternateContactCommand({ AlternateContactType: type }),
          );
          return ready(`${type} contact is set`);
        } catch (error) {
          if (!isError(error, 'ResourceNotFound')) throw error;
          const address = CONTACTS[type](context.config) ?? 'ADDRESS';
          return actionNeeded(
            `no ${type} contact`,
            `aws account put-alternate-contact --alternate-contact-type ${type} --email-address ${address} --name NAME --title TITLE --phone-number NUMBER`,
          );
        }
      }),
    ),
};
