import { startEmbeddedAws } from '../../local/embedded-aws';
import { interrupted, InterruptedError } from '../../tools/terminal/interruption';
import { formatTable } from '../../tools/terminal/table';
import { consoleProgress } from '../../tools/setup/progress';
import { ConfigurationError } from '../../lib/config/load';
import type { OperationsContext } from '../operations/context';
import { rehearseRestore, type RehearsalResult } from './rehearse-restore';

const PICTURES = 16;
const WIDEST_CELL = 90;

/** What no machine without AWS can show. */
const NOT_SHOWN = [
  'AWS Backup: restore jobs, recovery points of the bucket (a copy of the bucket plays one), the locked vault',
  'the second region: copies of recovery points, its application, the change of the clients’ host',
  'permissions of keys and the perimeter of tables, which are without effect here (the IAM proof evaluates them)',
  'who may restore tables: the embedded AWS evaluates that against every table of the account, so root does it here',
  'second factors: the conditions of the roles’ trust are dropped so that the roles can be taken',
  'If-None-Match of CopyObject, which the embedded AWS ignores: a picture that comes at the same moment',
  'duration: seconds are of this machine; a restore of production grows with its data',
];

function report(print: (line: string) => void, { steps, remarks, faults }: RehearsalResult): void {
  const rows = steps.map(({ name, seconds, result }) => [name, seconds.toFixed(1), result]);
  const lines = (list: readonly string[]) => list.forEach((line) => print(`  ${line}`));
  print('\nMeasured steps');
  lines(formatTable(['step', 'seconds', 'result'], rows, WIDEST_CELL));
  print(`  ${steps.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1)} s in all`);
  print('\nNot shown by this rehearsal');
  lines([...remarks, ...NOT_SHOWN]);
  print(faults.length === 0 ? '\nEverything is as it has to be.' : '\nNOT as it has to be:');
  lines(faults);
}

/**
 * The restore drill in an embedded AWS of its own, from start to end; nothing of it stays.
 * @returns whether the stores ended as they have to
 * @throws ConfigurationError for another stage than dev; InterruptedError
 */
export async function rehearse(
  { config, print }: OperationsContext,
  { count = PICTURES }: { readonly count?: number | undefined },
): Promise<boolean> {
  if (config.stage !== 'dev')
    throw new ConfigurationError(
      `The rehearsal runs dev on this machine, never ${config.stage}: leave --stage out. A drill with ${config.stage}'s own data follows policies/runbooks/recovery.md.`,
    );
  const interruption = interrupted();
  const aws = await Promise.race([startEmbeddedAws({ progress: consoleProgress }), interruption]);
  if (aws === 'interrupted') throw new InterruptedError();
  try {
    const result = await Promise.race([
      rehearseRestore(aws, { count, print: (line) => consoleProgress.note(line) }),
      interruption,
      aws.emulator.ended.then((how): never => {
        throw new Error(`The embedded AWS went away (${how}).`);
      }),
    ]);
    if (result === 'interrupted') throw new InterruptedError();
    report(print, result);
    return result.faults.length === 0;
  } finally {
    await aws.stop();
  }
}
