import { PIPELINE_STAGES, type PipelineStage } from '../../config/schema';
import { RECHECK_PREFIX, RELEASED_PREFIX } from './release-evidence';
import { LIST_EVIDENCE, NAME_OF_TIME } from './shell';

/** Where it is recorded which release people let in last to change the pipeline itself, as for the stages what runs there. */
export const OF_PIPELINE = 'pipeline';
/** The file in which the recheck says with which record of that it compared; empty where none is. */
export const LET_IN = 'let-in';

/** Clocks of builds differ; what lies further ahead was not written by one of ours. */
const CLOCKS_DIFFER = '5 minutes';

/**
 * `NEWEST`: the name under which stands what runs in a stage; empty before the first release. A name that lies ahead is passed
 * over: it would be the newest for as long as its lock keeps it, whatever is released.
 * @param variable - that gets the name.
 */
export const NEWEST_RELEASE = (
  stage: PipelineStage | typeof OF_PIPELINE | '$place',
  variable = 'NEWEST',
): string[] => [
  LIST_EVIDENCE('RELEASES', `${RELEASED_PREFIX}${stage}/`),
  `LATEST=$(date -u -d '${CLOCKS_DIFFER}' +${NAME_OF_TIME})`,
  `${variable}=$(printf %s "$RELEASES" | jq -r --arg latest "$LATEST" '[.Contents[]?.Key | select(split("/") | length == 4 and .[3] <= $latest)] | sort | last // empty')`,
];

/**
 * Ends the build where a record is anything but the place of a pack: its words would be read by people, and lead elsewhere. As a
 * whole, not as lines of which one would do.
 */
export const IS_PLACE = (variable: string): string =>
  `printf %s "$${variable}" | LC_ALL=C grep --null-data --line-regexp --quiet -E 'packs/[0-9a-z]+/[0-9a-z-]+'`;

/**
 * `RELEASE`: where the pack of the release is that runs in the stage, and the commit that it was made of.
 * @param commit - name of the variable that gets the commit.
 */
export const RELEASE = (commit = 'COMMIT'): string[] => [
  'RELEASE=$(aws s3 cp "s3://$EVIDENCE_BUCKET/$NEWEST" -);',
  `${IS_PLACE('RELEASE')};`,
  `${commit}=$(printf %s "$RELEASE" | cut -d / -f 2);`,
];

/**
 * What the attributes of a commit do to files as they are written: nothing. A commit could have the text of another one, which
 * people let in, written in another encoding, and what was a string there is code then. Not set, and said by the file that goes
 * before every other (https://git-scm.com/docs/gitattributes).
 */
export const NO_ATTRIBUTES = [
  'mkdir -p .git/info',
  "printf '* -text !eol -ident -filter !working-tree-encoding\\n' > .git/info/attributes",
];

/**
 * Goes to a commit and leaves nothing of the one before: each file is written anew, for Git leaves what it takes for unchanged
 * as it was written then, and ignores what the commit ignores.
 * @param commit - name of the variable that holds it.
 */
export const CHECK_OUT = (commit = 'COMMIT'): string[] => [
  ...NO_ATTRIBUTES.map((command) => `${command};`),
  // Neither an object in another's place nor a branch of that name.
  'export GIT_NO_REPLACE_OBJECTS=1;',
  'git read-tree --empty;',
  'git clean --quiet -ffdx;',
  `git checkout --quiet --force --detach "$${commit}^{commit}";`,
  // What is ignored is what tools made, and what they then run.
  'test -z "$(git ls-files --cached --ignored --exclude-standard)";',
];

/** Outside of the sources, which the gate evaluates. */
export const LAST = '/tmp/last-release';

/**
 * Fetches a pack of the release that runs in each stage, to `LAST/STAGE`, and verifies each by the key that KMS holds, not by one
 * that lies beside it. It is what the gate before said of that release: the release's own pack was written by what it brought,
 * which could say there what the next release is about to bring. That one is taken after the first release, which no gate came
 * before. A release may have come to dev and no further; where it was, another one is compared with it.
 * What changed the pipeline itself is in the pack of prod of the release that did, which may have come nowhere else: `LAST/pipeline`.
 */
export const FETCH_RELEASE: readonly string[] = [
  `for place in ${[...PIPELINE_STAGES, OF_PIPELINE].join(' ')}; do`,
  `stage=$place; if [ "$place" = ${OF_PIPELINE} ]; then stage=prod; fi;`,
  ...NEWEST_RELEASE('$place').map((command) => `${command};`),
  'if [ -n "$NEWEST" ]; then OWN=$(aws s3 cp "s3://$EVIDENCE_BUCKET/$NEWEST" -); OWN=${OWN%-$place}; else OWN=$RELEASE; fi;',
  `${IS_PLACE('OWN')};`,
  // What the build that signs tells people that it was compared with.
  `if [ "$place" = ${OF_PIPELINE} ]; then printf %s "$NEWEST" > "$OUT/${LET_IN}"; fi;`,
  `PACK="${RECHECK_PREFIX}\${OWN#packs/}/$stage";`,
  // `packs/COMMIT/EXECUTION`: what it says of itself is held to be what it was kept as.
  'RUN=${OWN##*/}; OF=${OWN%/*}; OF=${OF##*/};',
  `${LIST_EVIDENCE('KEPT', '"$PACK/manifest.json"')};`,
  [
    'if [ -n "$(printf %s "$KEPT" | jq -r ".Contents[]?.Key")" ]; then set -- --purpose recheck --about "$OF";',
    'else set -- --purpose release --commit "$OF"; PACK=$OWN; if [ "$stage" != prod ]; then PACK="$OWN-$stage"; fi; fi;',
  ].join(' '),
  `aws s3 cp "s3://$EVIDENCE_BUCKET/$PACK" "${LAST}/$place" --recursive --only-show-errors;`,
  `npm run compliance -- verify "${LAST}/$place" --key-id "$SIGNING_KEY" --stage "$stage" "$@" --execution "$RUN";`,
  'done;',
];
