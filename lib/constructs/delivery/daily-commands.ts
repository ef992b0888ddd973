import type { PipelineStage } from '../../config/schema';
import { EVIDENCE_READER } from '../../names';
import { CHECK_PACKS, KEEP, SIGN_FILE, SIGN_PACKS } from './pack-commands';
import { DAILY_PREFIX } from './release-evidence';
import { CHECK_OUT, NEWEST_RELEASE, RELEASE } from './released';
import { AS_ONE, HAND_OVER, INSTALL, MAKE_NEXT, MAKE_OUT, MAKE_WORK } from './shell';

/** Name of the signing build's output that tells how many rows are findings, or could not be asked. */
export const FINDINGS = 'FINDINGS';
/** What the build that asks hands over before the first release. */
const NOTHING = 'nothing-released';

/**
 * Asks what is deployed, with the code of the release that runs there: not of the branch, which nobody may have let in yet.
 * A finding does not stop it, for the pack that tells of it is to be kept.
 */
export const ASK_COMMANDS = (stage: PipelineStage): string[] =>
  AS_ONE([
    MAKE_OUT,
    ...NEWEST_RELEASE(stage),
    [
      `if [ -z "$NEWEST" ]; then touch "$OUT/${NOTHING}"; else`,
      ...RELEASE(),
      ...CHECK_OUT(),
      ...INSTALL.map((command) => `${command};`),
      `npm run compliance -- deployed --stage ${stage} --assume ${EVIDENCE_READER} --output "$OUT/pack" --purpose day --execution "$EXECUTION" || test "$?" -le 2;`,
      'test -f "$OUT/pack/manifest.json";',
      'fi',
    ].join(' '),
    HAND_OVER('daily'),
  ]);

/** The templates that a manifest lists, with their sums; without the pages that show them, which another gate may write otherwise. */
const TEMPLATES = (manifest: string): string =>
  `jq -S '.files | with_entries(select(.key | startswith("templates/") and endswith(".template.json")))' ${manifest}`;

/**
 * Signs a day's pack and keeps it. It must be of the release that runs in the stage, with the very templates that were
 * signed with that release, must have asked an account, and be of this day. Runs nothing of the repository.
 */
export const SIGN_DAY_COMMANDS = (stage: PipelineStage): string[] =>
  AS_ONE([
    MAKE_WORK,
    ...MAKE_NEXT,
    SIGN_FILE,
    KEEP,
    ...NEWEST_RELEASE(stage),
    'if [ -z "$NEWEST" ]; then',
    `test -f ${NOTHING}`,
    `export ${FINDINGS}=0`,
    'echo "Nothing was released to this stage yet."',
    'else',
    ...RELEASE(),
    ...CHECK_PACKS({ [stage]: 'pack' }, 'day'),
    'test "$(date -u -d "$(jq -r .generated pack/manifest.json)" +%s)" -gt "$(($(date -u +%s) - 86400))"',
    `jq -e '.tools | any(.engine == "deployed" and .rules > 0)' pack/manifest.json > /dev/null`,
    'aws s3 cp "s3://$EVIDENCE_BUCKET/$RELEASE/manifest.json" $WORK/released.json --only-show-errors',
    `${TEMPLATES('$WORK/released.json')} > $WORK/released-templates`,
    `${TEMPLATES('pack/manifest.json')} > $WORK/asked-templates`,
    'test "$(wc -l < $WORK/released-templates)" -gt 1',
    'cmp $WORK/released-templates $WORK/asked-templates',
    SIGN_PACKS({ [stage]: 'pack' }),
    `EVIDENCE_PACK="${DAILY_PREFIX}${stage}/$(date -u +%F)-$EXECUTION"`,
    'find pack -type f | while read -r file; do keep "$file" "$EVIDENCE_PACK${file#pack}"; done',
    `export ${FINDINGS}=$(jq '.counts["non-compliant"] + .counts.error' pack/evidence.json)`,
    `echo "$EVIDENCE_PACK: $${FINDINGS} findings"`,
    'fi',
  ]);

/** Ends the run in the open when what was kept tells of a difference. */
export const TELL_COMMANDS = [`test "$${FINDINGS}" = 0`];
