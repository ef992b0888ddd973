import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseStacks } from './stage-templates';
import { at } from './synthesized-stage';

/** The builds of the pipeline. */
export const buildProjects = () =>
  releaseStacks()
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::CodeBuild::Project');

interface BuildSpec {
  readonly env?: { readonly 'exported-variables'?: readonly string[] };
  readonly artifacts?: { readonly 'base-directory'?: string };
  readonly phases: { readonly build: { readonly commands: readonly string[] } };
}

/** What CodeBuild is given to run in a build of the pipeline. @param purpose as `deliveryRole` names it */
export const buildSpec = (purpose: string): BuildSpec => {
  const project = buildProjects().find(
    ({ Properties }) => Properties['Name'] === `serverlessapp-delivery-${purpose}`,
  );
  return JSON.parse(String(at(project?.Properties, 'Source', 'BuildSpec'))) as BuildSpec;
};

/** Plays `aws`: no release so far, one release, or a bucket that may not be listed. */
const AWS = `#!/bin/bash
echo "aws $*\${AWS_ACCESS_KEY_ID:+ as $AWS_ACCESS_KEY_ID}" >> "$CALLS"
case "$*" in
  *list-objects-v2*packs/recheck/*) echo "$RECHECKED";;
  *list-objects-v2*packs/signed/*) echo "$SIGNED";;
  *list-objects-v2*packs/released/pipeline/*) echo "$LET_IN";;
  *list-objects-v2*) [ "$RELEASES" = denied ] && exit 254; echo "$RELEASES";;
  *packs/released/dev/2*\\ -) printf %s packs/before/7-dev;;
  *packs/released/staging/2*\\ -) printf %s packs/later/8-staging;;
  *packs/released/pipeline/2*\\ -) printf %s packs/begun/9;;
  *packs/released/*/2*\\ -) printf %s "\${RECORD:-packs/before/7}";;
  *packs/before/7/manifest.json*) cp "$RELEASED" "$4";;
  *kms\\ sign*) openssl pkeyutl -sign -inkey "$PRIVATE_KEY" -in "\${8#fileb://}" | base64 -w 0; echo;;
  *assume-role*) printf '{"AccessKeyId":"of %s","SecretAccessKey":"s","SessionToken":"t"}' "$4";;
  *put-object*) for at in "$@"; do [ "$before" = --key ] && key=$at; [ "$before" = --body ] && body=$at; before=$at; done; mkdir -p "kept/$(dirname "$key")"; cp "$body" "kept/$key";;
esac`;
const OTHERS = `#!/bin/bash
echo "$(basename "$0") $*" >> "$CALLS"
[ "$(basename "$0")" != zip ] || pwd > "$4"
[ "$(basename "$0") $1" != "git ls-tree" ] || cat "$TREE"
[ "$(basename "$0") $1" != "git ls-files" ] || printf %s "$BOTH"
[ "$(basename "$0") $1" != "git log" ] || echo "\${TOLD_TIME:-1790000000}"
for at in "$@"; do [ "\${at#--prefix=}" = "$at" ] || cp "$ARCHIVED/package.json" "$ARCHIVED/package-lock.json" "\${at#--prefix=}"; done`;

/** What the evidence bucket lists below `packs/released/prod/` before the first release, and after two. */
export const NO_RELEASE = '';
export const ONE_RELEASE = JSON.stringify({
  Contents: [
    { Key: 'packs/released/prod/2020-11-02T10-00-00Z' },
    { Key: 'packs/released/prod/2020-11-01T10-00-00Z' },
  ],
});

/**
 * Runs the commands of a build with every program it calls played by a stub.
 * @returns how it ended, what was called, in order, and the shell's account of what it did
 */
export function runBuild(
  commands: readonly string[],
  environment: Record<string, string>,
  folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-build-')),
) {
  const programs = mkdtempSync(path.join(tmpdir(), 'serverlessapp-programs-'));
  const calls = path.join(programs, 'calls');
  writeFileSync(calls, '');
  for (const name of ['aws', 'npm', 'npx', 'git', 'n', 'node', 'zip']) {
    writeFileSync(path.join(programs, name), name === 'aws' ? AWS : OTHERS);
    chmodSync(path.join(programs, name), 0o755);
  }
  const carried = path.join(programs, 'carried');
  writeFileSync(carried, '');
  let [status, trace]: [number | null, string] = [0, ''];
  for (const command of commands) {
    // The shell of CodeBuild's images, which is no bash: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.shell
    // One for each command, with all variables of those before: https://github.com/aws/codecatalyst-runner-cli (ExecuteCommand)
    const script = `set -a; . ${carried}\n${command}\nCODE=$?; export -p > ${carried}; exit $CODE`;
    const run = spawnSync('sh', ['-xc', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${programs}:/usr/bin:/bin`, CALLS: calls, EVIDENCE_BUCKET: 'evidence', ...environment },
    });
    status = run.status;
    trace += run.stderr;
    if (status !== 0) break;
  }
  return { status, calls: readFileSync(calls, 'utf8').split('\n'), trace };
}
