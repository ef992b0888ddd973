import { DELIVERY_PREFIX, DELIVERY_RECOVERY_STACK } from '../../names';
import type { AssemblyFolder } from './assembly-folders';
import { OF_FILE, WHOLE } from './jq';
import { ASSETS, STACKS } from './manifest-checks';
import { DEPLOYED } from './pipeline-checks';
import { FOLDER_DIGEST } from './shell';
import { CODE } from './template-checks';

/** Names of files that the CDK writes beside bundles; `cdk.json`, `.npmrc` or a BuildSpec would tell a build to run something. */
const FILES = [
  'cdk[.]out',
  'manifest[.]json',
  'tree[.]json',
  'validation-report[.]json',
  '[A-Za-z0-9]+[.]dot',
  '[A-Za-z0-9-]+[.](assets|metadata|template)[.]json',
].join('|');

/** Kinds of metadata that this CDK writes for this project, besides what is printed; `aws:cdk:asset` is none of them. */
const METADATA = [
  'acknowledged-rules',
  'analytics:construct',
  'analytics:method',
  'creationStack',
  'hasPhysicalName',
  'info',
  'logicalId',
  'templateFile',
  'warning',
].join('|');

/** In a sequence that does not change while nothing is written. */
const JSON_FILES = `find assembly -name '*.json' ! -path 'assembly/asset.*/*'`;

/** Names and environments of the stacks beside the stages: the pipeline's, and where templates go to on their way to the second region. */
const ownStacks = (folders: readonly AssemblyFolder[]): string[] =>
  (folders.find(({ name }) => name === '')?.environments ?? []).map(
    ({ account, region }, at) =>
      `${at === 0 ? DELIVERY_PREFIX : DELIVERY_RECOVERY_STACK} aws://${account}/${region}`,
  );

/** Jq: of metadata nothing, and an error where it is of another kind. The command line publishes what it names as an asset, too. */
const OF_METADATA = `.[][].type | strings // error("metadata") | if test("\\\\Aaws:cdk:(${METADATA})\\\\z") then empty else error("metadata \\(.)") end`;

/** What is read in the files of the assembly, by the endings of their names: the word before each line, and the jq program. */
const READ = [
  ['metadata', '[.]metadata[.]json', OF_METADATA],
  ['stack', '(\\\\A|/)manifest[.]json', STACKS],
  ['published', '[.]assets[.]json', ASSETS],
  ['code', '[.]template[.]json', CODE],
] as const;

/** Jq, over what a file holds: what is read in it, each line behind its word. */
const EACH_FILE = [
  OF_FILE,
  ...READ.map(
    ([word, ending, program], at) =>
      `${at === 0 ? 'if' : 'elif'} $file | test("${ending}\\\\z") then (${program} | "${word} \\(.)")`,
  ),
  // The last of these endings is that of templates, and one of them the pipeline's own.
  `, (select($file == "assembly/${DELIVERY_PREFIX}.template.json") | ${DEPLOYED} | "deployed \\(.)")`,
  'else empty end',
].join(' ');

/**
 * Jq, over a number and then all files of the assembly: the number; once all are known to be whole, the value of each and what is
 * read in it. None of these programs prints a text that it has not compared whole, and a value has no line break, so that no line
 * is one of another word. All in one, for jq takes as long to start as to read them.
 */
const ALL_FILES = `(input | "value \\(.)"), (${WHOLE} | .[0] as $file | .[1] | "value \\(.)", (${EACH_FILE}))`;

/**
 * What the assembly holds, in the words of the shell of the build that signs: plain files under plain names; bundles, each
 * named by the digest of what is in it; in each folder the stacks of one stage, each with the template that this stage's
 * pack holds the evaluation of under the stack's name, byte for byte, for the stage's own accounts by the bootstrap's own
 * roles; and manifests that publish these and nothing else. So a template that was evaluated names the code that it deploys.
 * A key that stands twice in a JSON file is refused, for readers differ in which of the two they take (RFC 8259, section 4).
 * After `MAKE_NEXT`.
 */
export const checkAssembly = (folders: readonly AssemblyFolder[]): string[] => [
  // The slash: CodeBuild's further inputs are links to folders.
  'test -z "$(find assembly packs recheck/ ! -type d ! -type f)"',
  `test -z "$(LC_ALL=C find assembly packs recheck/ -name '*[!A-Za-z0-9._-]*')"`,
  `FOLDERS='${JSON.stringify(folders)}'`,
  // Nothing but these files in these folders, and bundles.
  `test -z "$(find assembly -mindepth 1 -type d ! -path 'assembly/asset.*' | grep -vxF '${folders.map(({ name }) => `assembly/${name}`).join('\n')}' || true)"`,
  `test -z "$(find assembly -type f ! -path 'assembly/asset.*/*' | grep -vxE 'assembly/([A-Za-z0-9-]+/)?(${FILES})' || true)"`,
  `test -z "$(find assembly -mindepth 1 -maxdepth 1 -name 'asset.*' | grep -vxE 'assembly/asset[.][0-9a-f]{64}' || true)"`,
  // Whatever stands below a bundle's name is in its digest; a bundle that is a file is none.
  'find assembly -mindepth 1 -maxdepth 1 -name "asset.*" > $WORK/assets',
  [
    'while read -r asset; do test -d "$asset";',
    `${FOLDER_DIGEST('$asset')};`,
    'test "$(printf %s "$DIGEST" | sha256sum | cut -d " " -f 1)" = "${asset#assembly/asset.}";',
    'done < $WORK/assets',
  ].join(' '),
  `${JSON_FILES} > $WORK/json`,
  "printf '[1.0]' > $WORK/number",
  `awk -v next_file=$WORK/next '{print; print next_file}' $WORK/json | xargs jq -rn --arg next "$NEXT" --argjson folders "$FOLDERS" '${ALL_FILES}' $WORK/number > $WORK/read`,
  `sed -n 's/^value //p' $WORK/read > $WORK/values`,
  // Jq as this reads it: a newer one keeps how a number is written, so that two texts may say the same (1.0).
  `test "$(head -n 1 $WORK/values)" = '[1]'`,
  `test "$(tail -n +2 $WORK/values | tr -d ' \\n' | sha256sum)" = "$(xargs cat < $WORK/json | tr -d ' \\n' | sha256sum)"`,
  ...[
    ['stack', 'stacks'],
    ['published', 'published'],
    ['code', 'code'],
    ['deployed', 'deployed'],
  ].map(([word, file]) => `sed -n 's/^${word} //p' $WORK/read > $WORK/${file}`),
  // Each template is one stack's, and is what that stage's pack holds under the stack's name.
  'test -s $WORK/stacks',
  `test "$(cut -d ' ' -f 2 $WORK/stacks | sort)" = "$(find assembly -name '*.template.json' ! -path 'assembly/asset.*/*' | sort)"`,
  `awk '{print $1 "  " $2; print $1 "  packs/" $3 "/templates/" $4 ".template.json"}' $WORK/stacks > $WORK/held`,
  'sha256sum --check --strict --quiet $WORK/held',
  // And no pack holds one more, which nobody deploys: a later release could deploy it as one that was there before.
  "test \"$(sed -n 's/^.*  packs/packs/p' $WORK/held | sort)\" = \"$(find packs -path '*/templates/*' -name '*.json' | sort)\"",
  // The pipeline's own stacks are where they were: no template says it, and another region's would be another pipeline.
  `test -z "$(grep ' assembly/[^ /]* ' $WORK/stacks | cut -d ' ' -f 4,5 | grep -vxF '${ownStacks(folders).join('\n')}' || true)"`,
  `grep -q ' assembly/${DELIVERY_PREFIX}[.]template[.]json prod ${DELIVERY_PREFIX} aws://' $WORK/stacks`,
  // The pipeline makes of each template the stack that it was evaluated as, and of each stage every stack.
  `test "$(sort $WORK/deployed)" = "$(grep ' assembly/[^ ]*/' $WORK/stacks | cut -d ' ' -f 2,4,5 | sort)"`,
  // Each bundle is named by a template; each that is published is here.
  `test "$(sed -n 's/^bundle //p' $WORK/code | sort -u)" = "$(sed 's#^assembly/asset[.]##' $WORK/assets | sort)"`,
  // Of two that have one name, who evaluates takes one and CloudFormation another.
  `test -z "$(grep -v '^bundle ' $WORK/code | sort | uniq -d)"`,
  `grep -v '  bundle$' $WORK/published > $WORK/template-assets`,
  'sha256sum --check --strict --quiet $WORK/template-assets',
  `grep '  bundle$' $WORK/published | cut -c 1-64 | sort -u | while read -r sum; do test -d "assembly/asset.$sum"; done`,
];
