import { DELIVERY_PREFIX, TEMPLATE_LINES } from '../../names';
import { PIPELINE_STAGES } from '../../config/schema';
import { CHECK_CANDIDATE } from './candidate-checks';
import { CHECK_PACKS, packsIn, SIGN_PACKS } from './pack-commands';
import { RECHECK_PREFIX, SIGNED_PREFIX } from './release-evidence';
import {
  CHECK_OUT,
  FETCH_RELEASE,
  IS_PLACE,
  LAST,
  LET_IN,
  NEWEST_RELEASE,
  NO_ATTRIBUTES,
  OF_PIPELINE,
  RELEASE,
} from './released';
import { AS_ONE, FOLDER_DIGEST, HAND_OVER, INSTALL, LIST_EVIDENCE, MAKE_OUT, NOW } from './shell';

/** So much of a commit or an execution is told: an approval's text has an end. Their whole names stand where it leads. */
export const SHORT = 12;
/** Name of the signing build's output that tells what the gate of the last release said. */
export const RECHECK = 'RECHECK';
/** Name of its output that tells where the packs are that approvers read first: of the last release's gate, where there was one. */
export const REVIEW = 'REVIEW';
/** Name of its output that tells where the last release's pack is, or that there was no release. */
export const LAST_PACK = 'LAST_PACK';
export const NO_RELEASE = 'none';
/** What the build hands over before the first release. */
const NOTHING = 'nothing-released';
/** The list of files that are not as they were. */
const CHANGES = 'changes';
/** Pages that nothing runs or reads; what lies in `docs` itself may be a runbook, which the gate evaluates. */
const OF_NO_EFFECT = ["':(exclude,glob)docs/*/**/*.md'", "':(exclude,glob)*.md'"].join(' ');
/**
 * The files whose change can change what the gate says are all but these: pages, pictures and code of the functions, of
 * which it loads the domain and the definitions. Tests are: what a control rests on names them. A list of what counts would leave out what nobody thought of.
 */
export const APART_FROM_THE_GATE = '^(docs/[^/]+/|docs/[^/]+[.]svg$|lambda/[a-z-]+/[a-z-]+[.]ts$)';
export const STILL_OF_THE_GATE = '^lambda/domain/|-definition[.]ts$';
/** What bundles are made of. */
const SOURCES = ['lambda', 'package.json', 'package-lock.json', 'policies/guard'];
/**
 * Jq, over `package.json` and its lock: every package is one of the registry, by its digest. npm takes the first from
 * `package.json` where the lock does not say otherwise; a lock of an older version from where this does not look.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#lockfileversion
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies
 */
const FROM_REGISTRY = [
  'def plain: type == "string" and test("\\\\\A(npm:(@[a-z0-9._-]+/)?[a-z0-9._-]+@)?[0-9A-Za-z.*^~<>=|+ -]*\\\\\z") and (test("\\\\\A[.]|[.](tgz|tar|gz)\\\\\z") | not);',
  'def asks: [.dependencies, .devDependencies, .optionalDependencies, .peerDependencies | select(. != null) | if type == "object" then .[] else false end] | all(plain);',
  // What npm fetches where a lock says no place: https://github.com/npm/cli/blob/latest/workspaces/arborist/lib/arborist/reify.js
  'def version: (.version | type == "string" and test("\\\\A[0-9]+[.][0-9]+[.][0-9]+([-+][0-9A-Za-z.+-]+)?\\\\z"));',
  'def digest: (.integrity | type == "string" and test("\\\\Asha512-[0-9A-Za-z+/]{86}==\\\\z"));',
  // A package under another's name is what somebody asks for by both: https://docs.npmjs.com/cli/v11/using-npm/package-spec#aliases
  'def aliases: [.dependencies, .devDependencies, .optionalDependencies, .peerDependencies, .overrides | .. | objects | to_entries[] | select(.value | type == "string" and startswith("npm:"))',
  '| "\\(.key) \\(.value | ltrimstr("npm:") | capture("\\\\A(?<name>@?[^@]+)").name)"];',
  'input as $package | input as $lock',
  '| ([$package, $lock.packages[]] | map(aliases) | add) as $aliases',
  '| ($package | asks and has("workspaces") == false and ([.overrides | .. | scalars | select(. != null)] | all(plain)))',
  'and ($lock | .lockfileVersion == 3 and has("dependencies") == false)',
  'and ([$lock.packages | to_entries[] | .key as $name | .value as $is | $is | asks and has("resolved") == false and has("link") == false',
  'and ($name == "" or ($is | version) and (($is | digest) or ($is.inBundle == true and ($name | test("/node_modules/")) and ($is | has("integrity") | not)))',
  'and ($is | (has("name") | not) or IN("\\($name | split("node_modules/") | last) \\(.name)"; $aliases[])))] | all)',
].join(' ');
/** The list of values of the pipeline's own templates that are not as the last release that changed them had them. */
const PIPELINE_LINES = 'pipeline';
/** A line a bundle and a line a function: whether the sources give what the assembly holds, and what the function takes. */
const BUNDLES = 'bundles';
/**
 * Evaluates the candidate's assembly, as data, by the gate of the release that runs in prod, with its register and what was
 * reviewed then; lists which files have changed since, and bundles the candidate's functions anew by the last release's bundler, so that
 * nothing that took part in making the assembly can have changed them unseen. What it finds does not stop it: a new role, an exception or
 * a corrected rule differs by intention, so that it is for the approvers to see, in packs that the candidate had no part in; each
 * tells every value of its templates that is new since the release.
 */
export const RECHECK_COMMANDS: string[] = AS_ONE([
  MAKE_OUT,
  ...CHECK_CANDIDATE,
  ...NEWEST_RELEASE('prod'),
  [
    `if [ -z "$NEWEST" ]; then touch "$OUT/${NOTHING}"; else`,
    ...RELEASE(),
    // Sources and packages of the functions alone, as files: no settings of npm, and nothing that is not on the registry.
    'SOURCES=$(mktemp -d);',
    ...NO_ATTRIBUTES.map((command) => `${command};`),
    'export GIT_INDEX_FILE="$SOURCES/index"; git read-tree "$CANDIDATE";',
    `git ls-files -z -- ${SOURCES.join(' ')} | git checkout-index -z --stdin --prefix="$SOURCES/";`,
    'unset GIT_INDEX_FILE;',
    `jq -en '${FROM_REGISTRY}' "$SOURCES/package.json" "$SOURCES/package-lock.json" > /dev/null;`,
    ...CHECK_OUT(),
    `git diff --no-renames --name-only "$COMMIT" "$CANDIDATE" -- . ${OF_NO_EFFECT} > "$OUT/${CHANGES}";`,
    ...INSTALL.map((command) => `${command};`),
    '(cd "$SOURCES" && npm ci --ignore-scripts --omit=dev --allow-git=none --allow-remote=none --allow-file=none --no-audit --no-fund);',
    `npm run --silent compliance -- rebuild "$SOURCES" ../candidate/assembly > "$OUT/${BUNDLES}" || test "$?" = 1;`,
    ...FETCH_RELEASE,
    `for stage in ${PIPELINE_STAGES.join(' ')}; do`,
    `npm run compliance -- --stage "$stage" --templates ../candidate/assembly --output "$OUT/packs/$stage" --purpose recheck --execution "$EXECUTION" --about "$CANDIDATE" --previous "${LAST}/$stage" || test "$?" -le 2;`,
    'test -f "$OUT/packs/$stage/manifest.json";',
    'done;',
    // The stacks of the pipeline itself, once more: a release may have changed them that never came to prod.
    `npm run --silent compliance -- diff "${LAST}/${OF_PIPELINE}" "$OUT/packs/prod" --stacks ${DELIVERY_PREFIX} > "$OUT/${PIPELINE_LINES}";`,
    'fi',
  ].join(' '),
  HAND_OVER('recheck'),
]);

/**
 * `LATER`: how many releases of other commits were signed after the one that runs in prod, and which was the last; empty without
 * one. Each may have changed the pipeline, dev and staging; whoever releases what was before it takes that back, and prod's
 * release tells no difference.
 */
const LATER = [
  LIST_EVIDENCE('SIGNED', SIGNED_PREFIX),
  `LATER=$(printf %s "$SIGNED" | jq -r --arg own "$COMMIT" --arg released "\${RELEASE#packs/}" '${[
    '[.Contents[]?.Key | split("/")[2:]] | sort | map(.[1:]) as $signed',
    '| ([range($signed | length) | select(($signed[.] | join("/")) == $released)] | last // -1) as $at',
    '| $signed[$at + 1:] | map(select(.[0] != $own and .[0] != ($released | split("/")[0])))',
    `| if length == 0 then empty else "\\(length), the last \\(last | "\\(.[0][:${SHORT}])/\\(.[1][:${SHORT}])")" end`,
  ].join(' ')}')`,
];

/** In the build that signs: keeps that it was signed. */
export const NOTE_SIGNED: readonly string[] = [
  'touch $WORK/signed',
  `keep $WORK/signed "${SIGNED_PREFIX}${NOW}/$COMMIT/$EXECUTION"`,
];

const PACKS = packsIn('recheck/packs');

/** A pattern between the slashes of awk. */
const quoted = (pattern: string): string => pattern.replaceAll('/', '\\/');

/** Jq: `dev clean, staging clean, prod findings`. */
const SAID = `map("\\(.identity.stage) \\(.result)") | join(", ")`;
/** Jq: `dev 2, staging 2, prod 3`: how many values of templates are new, gone or elsewhere, each told on its stage's page. */
const VALUES = `map("\\(.identity.stage) \\([.difference.groups[]? | select(.title == "${TEMPLATE_LINES}") | .lines | length] | add // 0)") | join(", ")`;
const EVIDENCE = PIPELINE_STAGES.map((stage) => `recheck/packs/${stage}/evidence.json`).join(' ');

/**
 * In the build that signs: `RECHECK`, what the gate of the last release said, in a sentence. Its packs must be of that
 * release's commit, whole and as committed, one a stage. After `checkAssembly`.
 */
export const CHECK_RECHECK: readonly string[] = [
  ...NEWEST_RELEASE('prod'),
  'if [ -z "$NEWEST" ]; then',
  `test -f recheck/${NOTHING}`,
  `${RECHECK}="There is no release before this one, whose gate could evaluate it too."`,
  `${REVIEW}=$EVIDENCE_PACK`,
  `${LAST_PACK}=${NO_RELEASE}`,
  'else',
  ...RELEASE('LAST_COMMIT'),
  `${LAST_PACK}=$RELEASE`,
  `${REVIEW}=${RECHECK_PREFIX}$COMMIT/$EXECUTION`,
  ...CHECK_PACKS(PACKS, 'recheck', 'LAST_COMMIT'),
  `SAID=$(jq -rs '${SAID}' ${EVIDENCE})`,
  `FOUND=$(jq -s 'map(.counts["non-compliant"] + .counts.error) | add' ${EVIDENCE})`,
  // The templates that a pack of the release holds, looked for where the last release's gate would have them.
  "UNREAD=$(grep '  packs/' $WORK/held | sed 's#  packs/#  recheck/packs/#' | sha256sum --check --quiet 2> /dev/null | wc -l)",
  `VALUES=$(jq -rs '${VALUES}' ${EVIDENCE})`,
  // Which release that was, or the one in prod where none is recorded.
  ...NEWEST_RELEASE(OF_PIPELINE, 'LET_IN'),
  // The one that was compared with, not one that came since.
  `printf %s "$LET_IN" | cmp - recheck/${LET_IN}`,
  'LET_IN_PACK=$RELEASE',
  'if [ -n "$LET_IN" ]; then LET_IN_PACK=$(aws s3 cp "s3://$EVIDENCE_BUCKET/$LET_IN" -); fi',
  IS_PLACE('LET_IN_PACK'),
  `LET_IN_COMMIT=$(printf %s "$LET_IN_PACK" | cut -d / -f 2 | cut -c 1-${SHORT})`,
  `PIPELINE=$(wc -l < recheck/${PIPELINE_LINES})`,
  `CHANGED=$(wc -l < recheck/${CHANGES})`,
  `GATE=$(awk '!/${quoted(APART_FROM_THE_GATE)}/ || /${quoted(STILL_OF_THE_GATE)}/' recheck/${CHANGES} | wc -l)`,
  `test -s recheck/${BUNDLES}`,
  `OTHER=$(grep -vc '^same ' recheck/${BUNDLES} || true)`,
  `${RECHECK}="The gate of the last release ($LAST_COMMIT) says: $SAID; $FOUND findings, $UNREAD templates unread, $OTHER bundles that the sources do not give. Changed since then: $CHANGED files, $GATE of them the gate's, and values of templates: $VALUES; of the pipeline since $LET_IN_COMMIT was let in: $PIPELINE."`,
  ...LATER,
  `if [ -n "$LATER" ]; then ${RECHECK}="$${RECHECK} Signed after it, and not in prod: $LATER."; fi`,
  'fi',
];

/** In the build that signs: signs the packs of the last release's gate like the release's own; `RECHECKED`, their digest. */
export const SIGN_RECHECK: readonly string[] = [
  'if [ -n "$NEWEST" ]; then',
  SIGN_PACKS(PACKS),
  'fi',
  FOLDER_DIGEST('recheck'),
  'RECHECKED=$DIGEST',
];

/** In the build that signs: keeps what was said. */
export const KEEP_RECHECK: readonly string[] = [
  'if [ -n "$NEWEST" ]; then',
  `find recheck/packs -type f | while read -r file; do keep "$file" "${RECHECK_PREFIX}$COMMIT/$EXECUTION\${file#recheck/packs}"; done`,
  ...[CHANGES, BUNDLES, PIPELINE_LINES].map(
    (file) => `keep recheck/${file} "${RECHECK_PREFIX}$COMMIT/$EXECUTION/${file}"`,
  ),
  'fi',
];
