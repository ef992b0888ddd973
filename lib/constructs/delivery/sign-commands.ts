/** `DIGEST`: one SHA-256 over the names and contents of all files of a folder. */
export const ASSEMBLY_DIGEST = (folder: string): string[] => [
  `DIGEST=$(cd ${folder} && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)`,
];

/** Packs that are whole, of this commit as it was committed, and without anything beside what they list. */
export const CHECK_PACKS = (packs: string): string =>
  [
    `for pack in ${packs}; do`,
    `test "$(jq -r .commit.id $pack/manifest.json)" = "$COMMIT";`,
    `test "$(jq -r .commit.modified $pack/manifest.json)" = false;`,
    `jq -r '.files | to_entries[] | "\\(.value)  \\(.key)"' $pack/manifest.json > /tmp/sums;`,
    '(cd $pack && sha256sum --check --strict --quiet /tmp/sums);',
    `test "$(find $pack ! -type d | wc -l)" -eq "$(($(wc -l < /tmp/sums) + 1))";`,
    'done',
  ].join(' ');

/** The packs that are kept, one a stage of the pipeline. */
const PACKS = ['packs/dev', 'packs/staging', 'packs/prod'];

/**
 * Every template of the assembly is one that a pack holds the evaluation of, byte for byte: one of the packs that are kept
 * and that approvers see, so that nothing else may stand beside those. What a manifest names as a template is one by its
 * name, too, and nothing in the assembly tells the CDK to run anything.
 */
const CHECK_TEMPLATES = [
  `test "$(find packs -mindepth 1 -maxdepth 1 | LC_ALL=C sort | tr '\\n' ' ')" = '${[...PACKS].sort().join(' ')} '`,
  `find ${PACKS.map((pack) => `${pack}/templates`).join(' ')} -name '*.json' -exec sha256sum {} + | cut -d ' ' -f 1 | sort -u > /tmp/evaluated`,
  `find assembly -name manifest.json -exec jq -r '.. | .templateFile? // empty' {} + > /tmp/named`,
  `test -z "$(grep -v '\\.template\\.json$' /tmp/named || true)"`,
  `test -z "$(find assembly -name 'cdk*.json')"`,
  `find assembly -name '*.template.json' -exec sha256sum {} + | cut -d ' ' -f 1 | sort -u > /tmp/deployed`,
  'test -s /tmp/deployed',
  'test -z "$(comm -13 /tmp/evaluated /tmp/deployed)"',
];

/** Signs a file with the key in KMS: `FILE.sig`, base64 of the DER signature. */
export const SIGN_FILE = [
  'sign() {',
  'openssl dgst -sha256 -binary "$1" > /tmp/digest;',
  'aws kms sign --key-id "$SIGNING_KEY" --message-type DIGEST --message fileb:///tmp/digest --signing-algorithm ECDSA_SHA_256 --query Signature --output text > "$2";',
  '}',
].join(' ');

/** Manifests with the key's name in them and their own sum made anew, as `compliance -- verify` wants it. */
export const SIGN_PACKS = (packs: string): string =>
  [
    `for pack in ${packs}; do`,
    `jq -cj --arg key "$SIGNING_KEY" 'del(.self) | .signature = {algorithm: "ECDSA_SHA_256", key: $key}' $pack/manifest.json > /tmp/unsealed;`,
    `SELF=$(sha256sum /tmp/unsealed | cut -d ' ' -f 1);`,
    `jq --indent 1 --arg self "$SELF" '.self = $self' /tmp/unsealed > /tmp/manifest;`,
    'mv /tmp/manifest $pack/manifest.json;',
    'sign $pack/manifest.json $pack/manifest.sig;',
    'done',
  ].join(' ');

/**
 * What was released from what, as in-toto and SLSA write it. Build level 2: a hosted service made and signed it out of its
 * own facts; the build that it tells of and the pipeline are defined by the repository itself, so it claims no more.
 * https://slsa.dev/spec/v1.0/provenance
 */
const PROVENANCE = [
  `jq -n --arg assembly "$DIGEST" --arg pack "$(sha256sum packs/prod/manifest.json | cut -d ' ' -f 1)" --arg commit "$COMMIT" --arg repository "$REPOSITORY" --arg branch "$BRANCH" --arg builder "$BUILDER" --arg execution "$EXECUTION"`,
  `'{_type: "https://in-toto.io/Statement/v1",`,
  `subject: [{name: "assembly", digest: {sha256: $assembly}}, {name: "packs/prod/manifest.json", digest: {sha256: $pack}}],`,
  `predicateType: "https://slsa.dev/provenance/v1",`,
  `predicate: {buildDefinition: {buildType: "https://docs.aws.amazon.com/codepipeline/", externalParameters: {repository: $repository, branch: $branch},`,
  `resolvedDependencies: [{uri: ("git+https://github.com/" + $repository), digest: {gitCommit: $commit}}]},`,
  `runDetails: {builder: {id: $builder}, metadata: {invocationId: $execution}}}}' > provenance.json`,
].join(' ');

/** Each file under its name once and for all: the bucket refuses a name that is taken, and S3 a version under a lock. */
export const KEEP = [
  'keep() {',
  'aws s3api put-object --bucket "$EVIDENCE_BUCKET" --key "$EVIDENCE_PACK$2" --body "$1" --if-none-match "*" > /dev/null;',
  '}',
].join(' ');

/**
 * What the build that signs does, in the words of its shell: no program of the repository, and none that it installs.
 * It stops at the first thing that is not as it has to be.
 */
export const SIGN_COMMANDS: string = [
  'set -e',
  SIGN_FILE,
  KEEP,
  CHECK_PACKS(PACKS.join(' ')),
  ...CHECK_TEMPLATES,
  ...ASSEMBLY_DIGEST('assembly'),
  SIGN_PACKS(PACKS.join(' ')),
  PROVENANCE,
  'sign provenance.json provenance.sig',
  `find packs/prod -type f | while read -r file; do keep "$file" "\${file#packs/prod}"; done`,
  `for stage in dev staging; do find packs/$stage -type f | while read -r file; do keep "$file" "-$stage\${file#packs/$stage}"; done; done`,
  'keep provenance.json .provenance.json',
  'keep provenance.sig .provenance.sig',
].join('\n');
