/**
 * Packs that are whole, of a commit as it was committed, and without anything beside what they list.
 * @param commit - name of the variable that holds it.
 */
export const CHECK_PACKS = (packs: string, commit = 'COMMIT'): string =>
  [
    `for pack in ${packs}; do`,
    `test "$(jq -r .commit.id $pack/manifest.json)" = "$${commit}";`,
    `test "$(jq -r .commit.modified $pack/manifest.json)" = false;`,
    `jq -r '.files | to_entries[] | if (.key | test("\\\\A[A-Za-z0-9._/-]+\\\\z")) then "\\(.value)  \\(.key)" else error("name") end' $pack/manifest.json > $WORK/sums;`,
    '(cd $pack && sha256sum --check --strict --quiet $WORK/sums);',
    // By the names as they stand there: one with a detour in it would leave room for a file that nobody lists.
    `test "$(cut -c 67- $WORK/sums | LC_ALL=C sort)" = "$(cd $pack && find . ! -type d | cut -c 3- | grep -vx "manifest[.]json" | LC_ALL=C sort)";`,
    'done',
  ].join(' ');

/** Signs a file with the key in KMS: `FILE.sig`, base64 of the DER signature. */
export const SIGN_FILE = [
  'sign() {',
  'openssl dgst -sha256 -binary "$1" > $WORK/digest;',
  'aws kms sign --key-id "$SIGNING_KEY" --message-type DIGEST --message fileb://$WORK/digest --signing-algorithm ECDSA_SHA_256 --query Signature --output text > "$2";',
  '}',
].join(' ');

/** Manifests with the key's name in them and their own sum made anew, as `compliance -- verify` wants it. */
export const SIGN_PACKS = (packs: string): string =>
  [
    `for pack in ${packs}; do`,
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
