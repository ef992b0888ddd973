import type { AssemblyFolder } from './assembly-folders';
import { checkAssembly } from './assembly-checks';
import { CHECK_RECHECK, KEEP_RECHECK, NOTE_SIGNED, SIGN_RECHECK } from './recheck-commands';
import { CHECK_PACKS, KEEP, packsIn, SIGN_FILE, SIGN_PACKS } from './pack-commands';
import { FILE_DIGESTS, MAKE_NEXT, MAKE_WORK } from './shell';

/** The packs that are kept, one a stage of the pipeline. */
const PACKS = packsIn('packs');

/** The packs that are kept and that approvers see, and nothing beside them. */
const ONLY_PACKS = `test "$(find packs -mindepth 1 -maxdepth 1 | LC_ALL=C sort | tr '\\n' ' ')" = '${Object.values(PACKS).sort().join(' ')} '`;

/** `DIGEST`: of the list of all files of the assembly, which is kept, so that each bundle can be told from it later. */
const LIST_ASSEMBLY = [
  `${FILE_DIGESTS('assembly')} > assembly.sha256`,
  "DIGEST=$(sha256sum assembly.sha256 | cut -d ' ' -f 1)",
];

/**
 * What was released from what, as in-toto and SLSA write it. Build level 2: a hosted service made and signed it out of its
 * own facts; the build that it tells of and the pipeline are defined by the repository itself, so it claims no more. Beside
 * it stands what the gate of the last release said. https://slsa.dev/spec/v1.0/provenance
 */
const PROVENANCE = [
  `jq -n --arg assembly "$DIGEST" --arg pack "$(sha256sum packs/prod/manifest.json | cut -d ' ' -f 1)" --arg commit "$COMMIT" --arg repository "$REPOSITORY" --arg branch "$BRANCH" --arg builder "$BUILDER" --arg execution "$EXECUTION" --arg recheck "$RECHECK" --arg rechecked "$RECHECKED"`,
  `'{_type: "https://in-toto.io/Statement/v1",`,
  `subject: [{name: "assembly", digest: {sha256: $assembly}}, {name: "packs/prod/manifest.json", digest: {sha256: $pack}}],`,
  `predicateType: "https://slsa.dev/provenance/v1",`,
  `predicate: {buildDefinition: {buildType: "https://docs.aws.amazon.com/codepipeline/", externalParameters: {repository: $repository, branch: $branch},`,
  `resolvedDependencies: [{uri: ("git+https://github.com/" + $repository), digest: {gitCommit: $commit}}]},`,
  `runDetails: {builder: {id: $builder}, metadata: {invocationId: $execution},`,
  `byproducts: [{name: "recheck", digest: {sha256: $rechecked}, annotations: {purpose: "recheck", about: $commit, says: $recheck}}]}}}' > provenance.json`,
].join(' ');

/**
 * What the build that signs does, in the words of its shell: no program of the repository, and none that it installs.
 * It stops at the first thing that is not as it has to be.
 * @param folders - of the assembly, each with the stage whose pack evaluates it and the environments it is for.
 */
export const signCommands = (folders: readonly AssemblyFolder[]): string[] => [
  MAKE_WORK,
  ...MAKE_NEXT,
  SIGN_FILE,
  KEEP,
  ONLY_PACKS,
  ...checkAssembly(folders),
  ...CHECK_PACKS(PACKS, 'release'),
  ...CHECK_RECHECK,
  SIGN_PACKS(PACKS),
  ...SIGN_RECHECK,
  ...LIST_ASSEMBLY,
  PROVENANCE,
  'sign provenance.json provenance.sig',
  `find packs/prod -type f | while read -r file; do keep "$file" "$EVIDENCE_PACK\${file#packs/prod}"; done`,
  `for stage in dev staging; do find packs/$stage -type f | while read -r file; do keep "$file" "$EVIDENCE_PACK-$stage\${file#packs/$stage}"; done; done`,
  ...KEEP_RECHECK,
  'keep assembly.sha256 "$EVIDENCE_PACK.assembly.sha256"',
  'keep provenance.json "$EVIDENCE_PACK.provenance.json"',
  'keep provenance.sig "$EVIDENCE_PACK.provenance.sig"',
  ...NOTE_SIGNED,
];
