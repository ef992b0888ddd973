/** Prints the SHA-256 and the name of every file of a folder, in the order of the names' bytes. */
export const FILE_DIGESTS = (folder: string): string =>
  `(cd "${folder}" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)`;

/** `DIGEST`: one SHA-256 over the names and contents of all files of a folder, as `folderDigest` has it. */
export const FOLDER_DIGEST = (folder: string): string =>
  `DIGEST=$( ${FILE_DIGESTS(folder)} | sha256sum | cut -d ' ' -f 1)`;

/** The image's own version manager brings the runtime that the functions run on; packages come from the lock file alone. */
export const INSTALL = ['n 24', 'node --version', 'npm ci --no-audit --no-fund'];

/**
 * Commands as one. By AWS's page all commands of a list share one shell; its own open runner, and logs of CodeBuild, show a shell
 * for each, with every variable of the ones before exported. Then an option that one sets is lost for the next, in whose loops and
 * conditions only the last command would count, and a long text in a variable is an argument too long for every program after it.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-cmd.html
 * https://github.com/aws/codecatalyst-runner-cli (`ExecuteCommand`)
 */
export const AS_ONE = (commands: readonly string[]): string[] => [
  ['set -e', 'set +a', ...commands].join('\n'),
];

/** Format of a time in a name under which something is kept once; names sort by it. */
export const NAME_OF_TIME = '%Y-%m-%dT%H-%M-%SZ';
/** The time, as such a name has it. */
export const NOW = `$(date -u +${NAME_OF_TIME})`;
/** What the evidence bucket lists below a prefix, as JSON in a variable. */
export const LIST_EVIDENCE = (variable: string, prefix: string): string =>
  `${variable}=$(aws s3api list-objects-v2 --bucket "$EVIDENCE_BUCKET" --prefix ${prefix} --output json)`;

/** `WORK`: a folder for what a build notes for itself, outside of what it was handed. */
export const MAKE_WORK = 'WORK=$(mktemp -d)';
/** `NEXT`: a word of this run that nobody could know, and a file that holds it twice. */
export const MAKE_NEXT = ['NEXT=$(openssl rand -hex 16)', `printf '"%s" "%s"' "$NEXT" "$NEXT" > $WORK/next`];
/** `OUT`: a folder for what a build hands over, outside of the sources, whose files the gate evaluates: a pack has lines that look like secrets. */
export const MAKE_OUT = 'OUT=$(mktemp -d)';
/** Brings what is in `OUT` to where CodeBuild takes it from, once nothing more is evaluated. */
export const HAND_OVER = (folder: string): string => `rm -rf ${folder}; mv "$OUT" ${folder}`;
