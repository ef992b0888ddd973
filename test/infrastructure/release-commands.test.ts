import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseApplication } from '../../lib/stages/delivery-application';
import { assemblyResources } from '../support/synthesized-assembly';
import { at } from '../support/synthesized-stage';

const projects = assemblyResources(releaseApplication).filter(
  ({ Type }) => Type === 'AWS::CodeBuild::Project',
);

interface BuildSpec {
  readonly env?: { readonly 'exported-variables'?: readonly string[] };
  readonly phases: { readonly build: { readonly commands: readonly string[] } };
}
const buildSpec = (purpose: string): BuildSpec => {
  const project = projects.find(
    ({ Properties }) => Properties['Name'] === `serverlessapp-delivery-${purpose}`,
  );
  return JSON.parse(String(at(project?.Properties, 'Source', 'BuildSpec'))) as BuildSpec;
};

/** Plays `aws`: no release so far, one release, or a bucket that may not be listed. */
const AWS = `#!/bin/bash
echo "aws $*" >> "$CALLS"
case "$*" in
  *list-objects-v2*) [ "$RELEASES" = denied ] && exit 254; echo "$RELEASES";;
  *packs/released\\ -) echo packs/before/7;;
  *s3\\ cp\\ -*) cat >> "$CALLS"; echo >> "$CALLS";;
  *get-public-key*) echo;;
esac`;
const OTHERS = `#!/bin/bash
echo "$(basename "$0") $*" >> "$CALLS"`;

/** Runs the commands of a build with every program it calls played by a stub. @returns what was called, in order */
function run(commands: readonly string[], environment: Record<string, string>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-release-'));
  const calls = path.join(folder, 'calls');
  writeFileSync(calls, '');
  for (const name of ['aws', 'npm', 'npx', 'openssl']) {
    writeFileSync(path.join(folder, name), name === 'aws' ? AWS : OTHERS);
    chmodSync(path.join(folder, name), 0o755);
  }
  const { status } = spawnSync('bash', ['-c', commands.join('\n')], {
    cwd: folder,
    env: { PATH: `${folder}:/usr/bin:/bin`, CALLS: calls, EVIDENCE_BUCKET: 'evidence', ...environment },
  });
  return { status, calls: readFileSync(calls, 'utf8').split('\n') };
}

describe('the commands of the gate', () => {
  const { commands } = buildSpec('gate').phases.build;
  const gate = (releases: string) =>
    run(commands, {
      RELEASES: releases,
      CODEBUILD_RESOLVED_SOURCE_VERSION: 'abc',
      CODEBUILD_BUILD_NUMBER: '8',
      SIGNING_KEY: 'key',
    });

  it('compare with nothing at the first release, and keep the pack where the output says', () => {
    const { status, calls } = gate('0');
    expect(status).toBe(0);
    expect(calls).toContain('npm run compliance -- --stage prod');
    expect(calls.join('\n')).not.toContain('last-release');
    expect(calls).toContain(
      'aws s3 cp compliance-report s3://evidence/packs/abc/8/ --recursive --only-show-errors',
    );
    expect(buildSpec('gate').env?.['exported-variables']).toContain('EVIDENCE_PACK');
  });
  it('verify the pack of the last release before they compare with it', () => {
    const { status, calls } = gate('1');
    expect(status).toBe(0);
    const steps = [
      'aws s3 cp s3://evidence/packs/before/7 /tmp/last-release --recursive --only-show-errors',
      'npm run compliance -- verify /tmp/last-release --key-id key',
      'npm run compliance -- --stage prod --previous /tmp/last-release',
    ].map((call) => calls.indexOf(call));
    expect(steps).not.toContain(-1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
  it('stop when they may not see whether there was a release', () => {
    const { status, calls } = gate('denied');
    expect(status).not.toBe(0);
    expect(calls.join('\n')).not.toContain('--stage prod');
  });
});

test('the record of a release names its pack', () => {
  const { status, calls } = run(buildSpec('record').phases.build.commands, { EVIDENCE_PACK: 'packs/abc/8' });
  expect(status).toBe(0);
  expect(calls.slice(0, 2)).toEqual([
    'aws s3 cp - s3://evidence/packs/released --only-show-errors',
    'packs/abc/8',
  ]);
});
