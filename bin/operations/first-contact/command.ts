import path from 'node:path';
import { ConfigurationError } from '../../../lib/config/load';
import { EXIT_INTERRUPTED } from '../../../tools/terminal/interruption';
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

/** Cleans up before the process ends, when somebody ends it; what a harder end leaves the next run takes away. */
export function cleanUpWhenEnded(
  context: AccountContext,
  exercises: readonly Exercise[] = EXERCISES,
): () => void {
  const end = (signal: NodeJS.Signals): void => {
    context.print(`Ended by ${signal}; it takes away what it made.`);
    void cleanUp(context, exercises).then((left) => {
      context.print(
        left.length === 0
          ? 'Nothing is left.'
          : 'npm run ops -- first-contact --stage dev --clean-up --yes tries again.',
      );
      process.exit(EXIT_INTERRUPTED);
    });
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  return () => void process.off('SIGINT', end).off('SIGTERM', end);
}

/**
 * @returns false when something was otherwise than expected
 * @throws ConfigurationError for another stage than dev: it sets alarms off and makes what stands beside the stacks.
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
  const over = cleanUpWhenEnded(context);
  try {
    return await firstContact({ ...context, api }, file);
  } finally {
    over();
  }
}
