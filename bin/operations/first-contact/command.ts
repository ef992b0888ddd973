import path from 'node:path';
import { ConfigurationError } from '../../../lib/config/load';
import type { OperationsContext } from '../context';
import { syntheticClient, type SyntheticClientOptions } from '../synthetic-client';
import type { ContactContext } from './exercise';
import { firstContact, describePlan } from './first-contact';

/** A restore takes longest. */
const PATIENCE_MILLISECONDS = 60 * 60_000;
const POLL_MILLISECONDS = 5_000;

/**
 * @returns false when something was otherwise than expected
 * @throws ConfigurationError for another stage than dev: it sets alarms off and makes what stands beside the stacks.
 */
export async function firstContactCommand(
  { config, names, print, confirmed }: OperationsContext,
  { client, output }: { readonly client: SyntheticClientOptions; readonly output: string | undefined },
): Promise<boolean> {
  if (config.stage !== 'dev')
    throw new ConfigurationError(`first-contact is for dev alone, not for ${config.stage}.`);
  const context: Omit<ContactContext, 'api'> = {
    config,
    names,
    print,
    connection: {},
    now: () => new Date(),
    embedded: false,
    patienceMilliseconds: PATIENCE_MILLISECONDS,
    pollMilliseconds: POLL_MILLISECONDS,
  };
  describePlan(context);
  if (!confirmed) return true;
  const api = await syntheticClient(config, names, client);
  const day = new Date().toISOString().slice(0, 10);
  const file = path.resolve(process.env['INVOKED_FROM'] ?? '.', output ?? `first-contact-${day}.json`);
  return firstContact({ ...context, api }, file);
}
