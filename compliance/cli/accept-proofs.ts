import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildFunctions } from '../../lambda/build';
import { STAGE_NAMES } from '../../lib/config/schema';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../../tools/setup/project-paths';
import { acceptProofs } from '../rules/proofs/accept-proofs';
import { templatesOf } from '../rules/proofs/prove';
import { loadRegister } from '../register/load';
import { synthesizeStage } from '../synthesize';

/** Makes what the proofs find today, in every stage, the reviewed result; the change of the files is for review. */
export async function acceptProofsCommand(): Promise<number> {
  await buildFunctions();
  mkdirSync(CACHE_DIRECTORY, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE_DIRECTORY, 'accept-'));
  try {
    const { entries } = loadRegister();
    for (const stage of STAGE_NAMES) {
      const { assembly } = synthesizeStage(stage, path.join(scratch, stage), entries, PROJECT_ROOT);
      for (const file of acceptProofs(templatesOf(assembly))) console.log(`accepted for ${stage}: ${file}`);
    }
    console.log('Have the change of these files reviewed.');
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
