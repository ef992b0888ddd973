import { bootstrapBucket } from '../../names';

/** A SHA-256 and nothing else. The whole string: `^` and `$` of jq match at line ends, too. */
export const SHA256 = '\\\\A[0-9a-f]{64}\\\\z';
/** Jq: the bucket of the bootstrap in the environment `.`. */
export const BUCKET = `"${bootstrapBucket('\\(.account)', '\\(.region)')}"`;

/**
 * Jq: the file that was just read, `.`, and what its place says: `$place`, where it is; `$id`, what it is called without its
 * ending; `$folder`, what the pipeline's definition says of the folder, and its `$environments`.
 */
export const OF_FILE = [
  '. as $content | (input_filename | split("/")) as $path',
  '| ($path[:-1] | join("/")) as $place | ($path[-1] | split(".")[0]) as $id',
  '| [$folders[] | select(.name == ($path[1:-1] | join("/")))] | if length == 1 then .[0] else error("folder of \\($path)") end',
  '| . as $folder | .environments as $environments | $content |',
].join(' ');
