import { PIPELINE_STAGES, type PipelineStage } from '../../config/schema';
import { PACK_PURPOSES, type PackPurpose } from '../../names';
import { SHA256, WHOLE } from './jq';

/** The variables that hold what a pack has to say of its run, and whose assembly a recheck evaluates. */
const SAID_BY = { execution: 'EXECUTION', about: 'COMMIT' };

/** Packs that are handed over: the folder of each, by the stage that it is about. */
export type HandedPacks = Readonly<Partial<Record<PipelineStage, string>>>;

/** The packs of a folder, one a stage of the pipeline. */
export const packsIn = (folder: string): HandedPacks =>
  Object.fromEntries(PIPELINE_STAGES.map((stage) => [stage, `${folder}/${stage}`]));

/**
 * Jq, over the manifests of packs, as `WHOLE` has files: a line of `sha256sum` for each file that one lists; an error where it is
 * not what `compliance -- verify` reads, in which the next release would find no pack to compare with, or where it is for another
 * purpose: what is signed says itself what it is, wherever it is carried. Names end as files do: a number or `__proto__` is a key
 * that programs hold otherwise.
 * `compliance/report/manifest.ts`
 */
const listed = (packs: HandedPacks, purpose: PackPurpose): string => {
  const stages = Object.fromEntries(Object.entries(packs).map(([stage, folder]) => [folder, stage]));
  const says: readonly string[] = PACK_PURPOSES[purpose];
  const fields = ['format', 'generated', 'stage', 'commit', 'purpose', ...says, 'tools', 'files'];
  const isExpected = ['.stage == $stage', '.commit.id == $commit', `.purpose == "${purpose}"`].concat(
    says.map((field) => `.${field} == $${field}`),
  );
  return [
    'def plain: type == "string" and test("\\\\A[ -~]{0,300}\\\\z");',
    `def sum: type == "string" and test("${SHA256}");`,
    `${WHOLE} | (.[0] | rtrimstr("/manifest.json")) as $folder | ${JSON.stringify(stages)}[$folder] as $stage | .[1]`,
    `| if ${isExpected.join(' and ')} then . else error("a pack of \\(.stage) and \\(.commit.id) for \\(.purpose) of \\(.about) in \\(.execution)") end`,
    `| if keys_unsorted == ${JSON.stringify([...fields, 'signature', 'self'])}`,
    'and .format == 2 and .signature == "UNSIGNED" and (.self | sum)',
    'and (.generated | type == "string" and test("\\\\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?Z)?\\\\z"))',
    'and (.commit | keys_unsorted == ["id", "modified"] and .modified == false)',
    'and (.tools | type == "array" and all(.[]; keys_unsorted == ["engine", "version", "rules"] and (.engine | plain) and (.version | plain)',
    'and (.rules | type == "number" and (tostring | test("\\\\A[0-9]{1,9}\\\\z")))))',
    'and (.files | has("evidence.json")) then .files | to_entries[] else error("manifest") end',
    '| if (.key | test("\\\\A[A-Za-z0-9._/-]+[.][a-z0-9]*[a-z][a-z0-9]*\\\\z")) and (.value | sum) then "\\(.value)  \\($folder)/\\(.key)" else error("name") end',
  ].join(' ');
};

/**
 * Packs that are whole, of a stage and a commit as it was committed, for one purpose, and without anything beside what they list.
 * After `MAKE_NEXT`.
 * @param purpose - what each is for; the variables tell of which execution, and a recheck's about which commit's assembly.
 * @param commit - name of the variable that holds it.
 */
export const CHECK_PACKS = (packs: HandedPacks, purpose: PackPurpose, commit = 'COMMIT'): string[] => {
  const folders = Object.values(packs);
  return [
    [
      `jq -rn --arg next "$NEXT" --arg commit "$${commit}"`,
      ...PACK_PURPOSES[purpose].map((field) => `--arg ${field} "$${SAID_BY[field]}"`),
      `'${listed(packs, purpose)}' ${folders.map((folder) => `${folder}/manifest.json $WORK/next`).join(' ')} > $WORK/sums`,
    ].join(' '),
    'sha256sum --check --strict --quiet $WORK/sums',
    // By the names as they stand there: one with a detour in it would leave room for a file that nobody lists.
    'cut -c 67- $WORK/sums | LC_ALL=C sort > $WORK/names',
    `find ${folders.join(' ')} ! -type d | grep -vxE '(${folders.join('|')})/manifest[.]json' | LC_ALL=C sort | diff $WORK/names - >&2`,
  ];
};

/** Signs a file with the key in KMS: `FILE.sig`, base64 of the DER signature. */
export const SIGN_FILE = [
  'sign() {',
  'openssl dgst -sha256 -binary "$1" > $WORK/digest;',
  'aws kms sign --key-id "$SIGNING_KEY" --message-type DIGEST --message fileb://$WORK/digest --signing-algorithm ECDSA_SHA_256 --query Signature --output text > "$2";',
  '}',
].join(' ');

/** Manifests with the key's name in them and their own sum made anew, as `compliance -- verify` wants it. */
export const SIGN_PACKS = (packs: HandedPacks): string =>
  [
    `for pack in ${Object.values(packs).join(' ')}; do`,
    `jq -cj --arg key "$SIGNING_KEY" 'del(.self) | .signature = {algorithm: "ECDSA_SHA_256", key: $key}' $pack/manifest.json > $WORK/unsealed;`,
    `SELF=$(sha256sum $WORK/unsealed | cut -d ' ' -f 1);`,
    `jq --indent 1 --arg self "$SELF" '.self = $self' $WORK/unsealed > $WORK/manifest;`,
    'mv $WORK/manifest $pack/manifest.json;',
    'sign $pack/manifest.json $pack/manifest.sig;',
    'done',
  ].join(' ');

/** Each file under its name once and for all: the bucket refuses a name that is taken, and S3 a version under a lock. */
export const KEEP = [
  'keep() {',
  'aws s3api put-object --bucket "$EVIDENCE_BUCKET" --key "$2" --body "$1" --if-none-match "*" > /dev/null;',
  '}',
].join(' ');
