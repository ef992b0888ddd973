import { bootstrapBucket } from '../../names';

/** A SHA-256 and nothing else. The whole string: `^` and `$` of jq match at line ends, too. */
export const SHA256 = '\\\\A[0-9a-f]{64}\\\\z';
/** Jq: the bucket of the bootstrap in the environment `.`. */
export const BUCKET = `"${bootstrapBucket('\\(.account)', '\\(.region)')}"`;

/**
 * Jq, over files with a word of this run behind each, twice: the place of each and its value, which is one whole object. Jq reads
 * on in the next file where one ends within a value, and there two words that nothing separates are an error. Its `--slurpfile`
 * would not do: jq 1.6 passes over an end that is missing where 4,096 bytes are full.
 */
export const WHOLE = [
  '[inputs | [input_filename, .]] | . as $all | if length > 0 and length % 3 == 0',
  'and ([range(0; length; 3) | ($all[.][1] | type) == "object" and ($all[. + 1:. + 3] | map(.[1])) == [$next, $next]] | all)',
  'then range(0; length; 3) | $all[.] else error("no whole files") end',
].join(' ');

/**
 * Jq: `.`, what a file holds, and what its place `$file` says: `$place`, where it is; `$id`, what it is called without its
 * ending; `$folder`, what the pipeline's definition says of the folder, and its `$environments`.
 */
export const OF_FILE = [
  '. as $content | ($file | split("/")) as $path',
  '| ($path[:-1] | join("/")) as $place | ($path[-1] | split(".")[0]) as $id',
  '| [$folders[] | select(.name == ($path[1:-1] | join("/")))] | if length == 1 then .[0] else error("folder of \\($path)") end',
  '| . as $folder | .environments as $environments | $content |',
].join(' ');
