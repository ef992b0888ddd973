import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

it.each([
  ['bin/commands/operations.ts', ['stuck', '--stage', 'dev']],
  ['bin/commands/preflight.ts', ['--stage', 'dev']],
])('%s without AWS credentials says so, and shows no stack', (entry, args) => {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_PROFILE: 'missing',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', entry, ...args], {
    cwd: PROJECT_ROOT,
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^There are no (usable )?AWS credentials in the environment.*\nSign in /);
  expect(stderr).not.toMatch(/^\s+at /m);
});
