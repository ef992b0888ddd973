import { FOLDER_DIGEST } from './shell';

/** Jq: every file that a manifest of assets publishes is a folder of the assembly, zipped, or a template; and no program makes it. */
const PLAIN_ASSETS = [
  '((.dockerImages // []) | length) == 0 and ([.files | to_entries[] | . as {$key, $value} | $value',
  '| (keys - ["displayName", "source", "destinations"]) == []',
  'and (.source | keys) == ["packaging", "path"]',
  'and (if .source.packaging == "zip" then (.source.path | ltrimstr("../")) == "asset.\\($key)"',
  'else .source.packaging == "file" and (.source.path | test("^[A-Za-z0-9-]+[.]template[.]json$")) end)',
  'and ([.destinations[].objectKey] | all(. == "\\($key).zip" or . == "\\($key).json"))] | all)',
].join(' ');

/** What the CDK's manifests say of a stack; parameters, another template, topics and tags of their own are not among it. */
const OF_A_STACK = [
  'additionalDependencies',
  'assumeRoleArn',
  'bootstrapStackVersionSsmParameter',
  'cloudFormationExecutionRoleArn',
  'lookupRole',
  'requiresBootstrapStackVersion',
  'stackName',
  'stackTemplateAssetObjectUrl',
  'templateFile',
  'terminationProtection',
  'validateOnSynth',
];

/** Jq: a manifest of the assembly names stacks, manifests of assets by the name that is looked for, and what nothing acts on. */
const PLAIN_MANIFEST = [
  '[.artifacts[]? | if .type == "cdk:asset-manifest" then .properties.file | test("^[A-Za-z0-9-]+[.]assets[.]json$")',
  `elif .type == "aws:cloudformation:stack" then ((.properties | keys) - ${JSON.stringify(OF_A_STACK)}) == []`,
  'else .type | IN("cdk:cloud-assembly", "cdk:feature-flag-report", "cdk:tree") end] | all',
].join(' ');

/**
 * What the assembly holds beside its templates, in the words of the shell of the build that signs: plain files; bundles, each
 * named by the digest of what is in it; manifests that publish nothing else, that let nothing be run (`executable`), and that bring a
 * stack no other template than the one that was evaluated; and
 * templates that take code from nowhere else. So a template that was evaluated names the code that it deploys, byte for byte.
 * https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloud-assembly-schema/lib/assets/file-asset.ts
 */
export const CHECK_ASSETS: readonly string[] = [
  'test -z "$(find assembly packs ! -type d ! -type f)"',
  `test -z "$(find assembly -name 'buildspec*')"`,
  `test -z "$(find assembly -mindepth 1 -maxdepth 1 -name 'asset.*' ! -type d)"`,
  `test -z "$(find assembly -mindepth 2 -type d -name 'asset.*')"`,
  [
    'for asset in $(find assembly -mindepth 1 -maxdepth 1 -name "asset.*"); do',
    `${FOLDER_DIGEST('$asset')};`,
    'test "$(printf %s "$DIGEST" | sha256sum | cut -d " " -f 1)" = "${asset#assembly/asset.}";',
    'done',
  ].join(' '),
  `find assembly -name '*.assets.json' -exec jq '${PLAIN_ASSETS}' {} + > $WORK/plain`,
  'test "$(sort -u $WORK/plain)" = true',
  [
    "find assembly -name '*.assets.json' | while read -r manifest; do",
    `jq -r '.files | to_entries[] | select(.value.source.packaging == "file") | "\\(.key)  \\(.value.source.path)"' "$manifest" > $WORK/templates;`,
    'test ! -s $WORK/templates || (cd "$(dirname "$manifest")" && sha256sum --check --strict --quiet $WORK/templates);',
    'done',
  ].join(' '),
  `find assembly -name manifest.json -exec jq '${PLAIN_MANIFEST}' {} + > $WORK/manifests`,
  'test -z "$(grep -v true $WORK/manifests || true)"',
  `find assembly -name manifest.json -exec jq -r '.artifacts[]?.properties.stackTemplateAssetObjectUrl? // empty' {} + | sed 's#.*/##; s#[.]json$##' | sort -u > $WORK/urls`,
  'test -z "$(comm -23 $WORK/urls $WORK/deployed)"',
  `find assembly -name '*.template.json' -exec jq -r '.. | objects | select(has("S3Key")) | .S3Key | if type == "string" then . else "computed" end' {} + > $WORK/code`,
  'while read -r key; do test -d "assembly/asset.${key%.zip}"; done < $WORK/code',
];

/** Publishes every bundle of every stage that the assembly lists; what lies there under its name stays. */
export const publishCommands = (cdkAssetsVersion: string): string[] => [
  `npm install -g cdk-assets@${cdkAssetsVersion}`,
  [
    'set -e;',
    `for manifest in $(find . -path './assembly-*' -name '*.assets.json' | LC_ALL=C sort); do`,
    `BUNDLES=$(jq -r '.files | to_entries[] | select(.value.source.packaging == "zip") | .key as $id | .value.destinations | keys[] | "\\($id):\\(.)"' "$manifest");`,
    // Without any the tool would publish all, templates included.
    'test -z "$BUNDLES" || cdk-assets --path "$manifest" --verbose publish $BUNDLES;',
    'done',
  ].join(' '),
];
