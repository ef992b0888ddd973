import path from 'node:path';
import { ConfigurationError } from '../../../lib/config/load';
import { InterruptedError } from '../../../tools/terminal/interruption';
import type { OperationsContext } from '../context';
import { syntheticClient, type SyntheticClientOptions } from '../synthetic-client';
import type { AccountContext, Exercise } from './exercise';
import { EXERCISES } from './exercises';
import { cleanUp, describePlan, firstContact } from './first-contact';

/** A restore takes longest. */
const PATIENCE_MILLISECONDS = 60 * 60_000;
const POLL_MILLISECONDS = 5_000;

export interface ContactOptions {
  readonly client: SyntheticClientOptions;
  readonly output: string | undefined;
  /** Only takes away what a run that was ended in its middle has left. */
  readonly cleanUpOnly: boolean;
}

/**
 * Has somebody end a run by a signal: what is under way ends first, nothing further is begun, and all that was made is
 * taken away. A second signal ends it at once; what that leaves the next run takes away.
 * @throws InterruptedError when it was ended
 */
export async function untilEnded<T>(
  context: AccountContext,
  run: (ended: AbortSignal) => Promise<T>,
  exercises: readonly Exercise[] = EXERCISES,
): Promise<T> {
  const ending = new AbortController();
  const end = (signal: NodeJS.Signals): void => {
    context.print(`Ended by ${signal}; it takes away what it made. Once more ends it at once.`);
    over();
    ending.abort();
  };
  const over = (): void => void process.off('SIGINT', end).off('SIGTERM', end);
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    return await run(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    const left = await cleanUp(context, exercises);
    context.print(
      left.length === 0
        ? 'Nothing is left.'
        : 'npm run ops -- first-contact --stage dev --clean-up --yes tries again.',
    );
    throw new InterruptedError();
  } finally {
    over();
  }
}

/**
 * @returns false when something was otherwise than expected
 * @throws ConfigurationError for another stage than dev: it sets alarms off and makes what stands beside the stacks;
 * InterruptedError when a signal ended it
 */
export async function firstContactCommand(
  { config, names, print, confirmed }: OperationsContext,
  { client, output, cleanUpOnly }: ContactOptions,
): Promise<boolean> {
  if (config.stage !== 'dev')
    throw new ConfigurationError(`first-contact is for dev alone, not for ${config.stage}.`);
  const context: AccountContext = {
    config,
    names,
    print,
    connection: {},
    now: () => new Date(),
    embedded: false,
    patienceMilliseconds: PATIENCE_MILLISECONDS,
    pollMilliseconds: POLL_MILLISECONDS,
  };
  if (cleanUpOnly) {
    print(
      confirmed
        ? 'Takes away what a first contact has left:'
        : 'It would take away what a first contact has left, by the names that it gives; --yes does it.',
    );
    return !confirmed || (await cleanUp(context)).length === 0;
  }
  describePlan(context);
  if (!confirmed) return true;
  const api = await syntheticClient(config, names, client);
  const day = new Date().toISOString().slice(0, 10);
  const file = path.resolve(process.env['INVOKED_FROM'] ?? '.', output ?? `first-contact-${day}.json`);
  return untilEnded(context, (ended) => firstContact({ ...context, api, ended }, file));
}
