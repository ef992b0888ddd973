import { cpSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from '../../../lambda/build';
import { type EmbeddedAwsOptions, synthesizeEmbedded } from '../../../local/embedded-aws';
import { madeOnce } from '../../support/made-once';

/** What an embedded AWS is started with, made for the first file of a run that starts one. */
export const MADE_ONCE = {
  /** Two files that begin at once may both bundle: the same bytes, to the same place. */
  bundle: async () => {
    const run = process.env['SERVERLESSAPP_TEST_TEMP'];
    if (run === undefined) return buildFunctions();
    const bundled = join(run, 'functions-bundled');
    if (existsSync(bundled)) return;
    await buildFunctions();
    writeFileSync(bundled, '');
  },
  /** Each file gets a copy, which is its own to change. */
  synthesize: (stage, directory) => {
    const made = madeOnce(`embedded-assembly-${stage}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'embedded-assembly-'));
      synthesizeEmbedded(stage, folder);
      return folder;
    });
    cpSync(made, directory, { recursive: true });
  },
} satisfies Partial<EmbeddedAwsOptions>;
