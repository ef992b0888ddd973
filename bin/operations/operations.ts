import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { OperationsContext } from './context';
import { destroy } from './destroy/destroy';
import { StackDeletionError } from './destroy/stack-deletion-error';
import { reconcile } from './reconcile';
import { redrive } from './redrive';
import { redriveWebhooks } from './redrive-webhooks';
import { replayErasures } from './replay-erasures';
import { discardRestored } from './restore/discard-restored';
import { mergeLedger } from './restore/merge-ledger';
import { mergeForPerson } from './restore/merge-restored';
import { recoverForPerson } from './restore/recover-pictures';
import type { Selection } from './restore/selection';
import { sendPictures } from './send-pictures';
import { printStuck } from './stuck';
import { reportThresholds } from './thresholds/report-thresholds';
import { syntheticClient, type SyntheticClientOptions } from './synthetic-client';

export interface Operation {
  readonly summary: string;
  /** Whose role may do it; see SECURITY.md. */
  readonly role:
    | 'operator'
    | 'data steward'
    | 'break-glass'
    | 'developer, dev only'
    | 'release tester'
    | 'anybody, no account';
  /** Whether --yes changes something. */
  readonly changes: boolean;
  /** @returns false when something is left for a person. */
  readonly run: (context: OperationsContext, options: OperationOptions) => Promise<boolean>;
}

/** What the command line says besides stage and --yes. */
export interface OperationOptions {
  readonly count: number | undefined;
  readonly perSecond: number;
  /** How the synthetic client finds the API and its key. */
  readonly client: SyntheticClientOptions;
  /** Which restored records, or which pictures. */
  readonly selection: Selection;
  /** Where the results of an exercise go. */
  readonly output: string | undefined;
  readonly cleanUpOnly: boolean;
  /** Overwrite records that say something else than the restored ones. */
  readonly replace: boolean;
}

export const OPERATIONS = {
  redrive: {
    summary: 'give the pictures of the dead-letter queue back to intake',
    role: 'operator',
    changes: true,
    run: async (context) => {
      const count = await redrive(context);
      context.print(`${count} messages ${context.confirmed ? 'moved' : 'would be moved'}.`);
      return true;
    },
  },
  'redrive-webhooks': {
    summary: 'let clients be told what was given up because their receivers did not take it',
    role: 'operator',
    changes: true,
    run: async (context, { selection }) => {
      const count = await redriveWebhooks(context, selection);
      context.print(`${count} messages ${context.confirmed ? 'given back' : 'would be given back'}.`);
      return true;
    },
  },
  stuck: {
    summary: 'list pictures that nobody works on and that are not finished',
    role: 'operator',
    changes: false,
    run: async (context) => (await printStuck(context)) === 0,
  },
  'merge-restored': {
    summary: 'after a restore: bring records and pictures that are missing back from the restored stores',
    role: 'break-glass',
    changes: true,
    run: async (context, { selection, replace }) =>
      (await mergeForPerson(context, { selection, replace })) === 0,
  },
  'merge-ledger': {
    summary: 'after a restore: add the restored erasure ledger to the running one, when that was lost',
    role: 'break-glass',
    changes: true,
    run: async (context) => (await mergeLedger(context)).invalid === 0,
  },
  'recover-pictures': {
    summary: 'bring deleted or overwritten pictures back from older versions (--image)',
    role: 'break-glass',
    changes: true,
    run: async (context, { selection }) => (await recoverForPerson(context, selection)) === 0,
  },
  'discard-restored': {
    summary: 'delete the restored tables and bucket',
    role: 'break-glass',
    changes: true,
    run: async (context) => {
      await discardRestored(context);
      return true;
    },
  },
  'replay-erasures': {
    summary: 'after a restore: erase again what the erasure ledger names',
    role: 'data steward',
    changes: true,
    run: async (context) => {
      await replayErasures(context);
      return true;
    },
  },
  reconcile: {
    summary: 'compare bucket and table; repair what is safe to repair',
    role: 'data steward',
    changes: true,
    run: async (context) => (await reconcile(context)) === 0,
  },
  thresholds: {
    summary: 'tell what other thresholds would have done with the pictures that people decided; reads only',
    role: 'data steward',
    changes: false,
    run: reportThresholds,
  },
  'send-pictures': {
    summary: 'send synthetic pictures through the public API; fails when one is not decided rightly',
    role: 'release tester',
    changes: false,
    run: async ({ config, names, print }, { count = 1, perSecond, client }) => {
      const api = await syntheticClient(config, names, client);
      return (await sendPictures(api, { count, perSecond, print })) === 0;
    },
  },
  'first-contact': {
    summary:
      'exercise every edge and every way to be alerted once, on a fresh dev; tells first what it does and costs',
    role: 'developer, dev only',
    changes: true,
    // Loaded only when it is wanted: clients of many services come with it.
    run: async (context, options) =>
      (await import('./first-contact/command.js')).firstContactCommand(context, options),
  },
  'rehearse restore': {
    summary: 'damage and restore the whole system on this machine; prints measured steps',
    role: 'anybody, no account',
    changes: false,
    // Loaded only when it is wanted: the embedded AWS and the CDK application come with it.
    run: async (context, options) => (await import('../rehearsal/rehearse.js')).rehearse(context, options),
  },
  destroy: {
    summary: 'empty dev and delete its stacks, in both regions',
    role: 'developer, dev only',
    changes: true,
    run: async ({ config, names, print, confirmed }) => {
      try {
        // The second region's vault and keys stand on nothing of the first, and the first still copies there.
        for (const region of [config.region, config.drRegion]) {
          const count = await destroy({
            stage: config.stage,
            prefix: names.prefix,
            clientParameterPrefix: names.clientParameterPrefix,
            cloudFormation: new CloudFormationClient({ region }),
            s3: new S3Client({ region }),
            backup: new BackupClient({ region }),
            apiGateway: new APIGatewayClient({ region }),
            ssm: new SSMClient({ region }),
            print,
            confirmed,
            pollMilliseconds: 5000,
          });
          print(`${region}: ${count} stacks ${confirmed ? 'deleted' : 'would be deleted'}.`);
        }
        return true;
      } catch (error) {
        if (!(error instanceof StackDeletionError)) throw error;
        print(`${error.message}\nMend the cause and run it again: it goes on where it stopped.`);
        return false;
      }
    },
  },
} as const satisfies Record<string, Operation>;
