import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATIONS } from '../../../bin/operations/operations';
import { bootstrapCommand } from '../../../bin/preflight/bootstrap';
import { DELIVERY, deliveryContexts } from '../../../bin/preflight/execution-policies';
import { loadStageConfig } from '../../../lib/config/load';
import { delivery } from '../../../lib/config/delivery';
import { DELIVERY_PREFIX, Names } from '../../../lib/names';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { runCommand } from '../../../tools/setup/run-command';
import {
  brokenLinks,
  missingCommands,
  missingPaths,
  namedOperations,
  PROJECT_ROOT,
  projectFiles,
} from '../../support/document-references';
import { helpOf, helpOfCommand } from '../../support/help-of';
import { synthesized } from '../../support/synthesized-stage';

jest.setTimeout(120_000);

const GUIDE = path.join('policies', 'runbooks', 'deployment.md');
const guide = readFileSync(path.join(PROJECT_ROOT, GUIDE), 'utf8');
const manifest = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Every command of a document: lines of its shell blocks and its code spans, without comments. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^```sh\n(.*?)^```/gms), ...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code = '']) => code.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => /^(npm|npx|aws) /.test(line));

const flagsOf = (command: string): string[] => command.match(/(?<=\s)--?[a-z][\w-]*/g) ?? [];

/** Where each command tells its options. */
const HELP: Readonly<Record<string, () => string>> = {
  'npm run preflight': () => helpOfCommand('preflight'),
  'npm run ops': () => helpOfCommand('operations'),
  'npm run compliance': () => helpOfCommand('compliance'),
  'npm test': () => helpOf('node_modules/jest/bin/jest.js'),
  'npx cdk bootstrap': () => helpOf('node_modules/aws-cdk/bin/cdk', 'bootstrap'),
  'npx cdk deploy': () => helpOf('node_modules/aws-cdk/bin/cdk', 'deploy'),
  'npx cdk diff': () => helpOf('node_modules/aws-cdk/bin/cdk', 'diff'),
};

/** Options that a command's own help does not know. */
const unknownOptions = (commands: readonly string[]): string[] =>
  Object.entries(HELP).flatMap(([start, help]) => {
    const ours = commands.filter((command) => command.startsWith(start));
    if (ours.flatMap(flagsOf).length === 0) return [];
    const text = help();
    return ours.flatMap((command) =>
      flagsOf(command.replace(/"[^"]*"/g, '""'))
        .filter((flag) => !new RegExp(`(^|[\\s,[|])${flag}(?![\\w-])`, 'm').test(text))
        .map((flag) => `${command}: ${flag}`),
    );
  });

/** What the AWS CLI takes with every command, and its file transfer, which is no service's operation. */
const GLOBAL_OPTIONS = ['--region', '--query', '--output'];
const HIGH_LEVEL = /^aws (s3 sync|sso login)\b/;
const CHECK_OPERATIONS = `
import json, sys
import botocore.session
from botocore import xform_name
session = botocore.session.get_session()
known = session.get_available_services()
for service, verb, options in json.loads(sys.argv[1]):
    if service not in known:
        print(service, 'is no service'); continue
    model = session.get_service_model(service)
    operations = {xform_name(name, '-'): name for name in model.operation_names}
    if verb not in operations:
        print(service, verb, 'is no operation'); continue
    shape = model.operation_model(operations[verb]).input_shape
    members = set()
    for name, member in (shape.members if shape else {}).items():
        members.add('--' + xform_name(name, '-'))
        if member.type_name == 'boolean':
            members.add('--no-' + xform_name(name, '-'))
    for option in options:
        if option not in members:
            print(service, verb, option, 'is no parameter')
`;

/** Commands of the AWS CLI that name no operation or parameter of the services' own models, as botocore has them. */
async function unknownOperations(commands: readonly string[]): Promise<string[]> {
  const asked = commands
    .filter((command) => command.startsWith('aws ') && !HIGH_LEVEL.test(command))
    .map((command) => {
      const [, service, verb] = command.split(' ');
      return [service, verb, flagsOf(command).filter((flag) => !GLOBAL_OPTIONS.includes(flag))];
    });
  const { python } = await ensurePythonTool('ministack', { progress: silentProgress });
  const said = await runCommand(python, ['-c', CHECK_OPERATIONS, JSON.stringify(asked)]);
  return said.split('\n').filter((line) => line !== '');
}

describe('the deployment guide', () => {
  const commands = commandsOf(guide);

  // The guide has the preflight print how to bootstrap.
  const printed = deliveryContexts(loadStageConfig('prod')).map(bootstrapCommand);
  it('has commands to check', () => {
    for (const start of [...Object.keys(HELP), 'aws ']) {
      expect([...commands, ...printed].filter((command) => command.startsWith(start))).not.toEqual([]);
    }
  });
  it('counts the stacks of dev as they are', () => {
    const stacks = new Set(synthesized('dev').resources.map(({ stack }) => stack));
    expect(guide).toContain(`${stacks.size} stacks in two regions.`);
  });
  it('leads to files, sections and scripts that exist', () => {
    expect(brokenLinks(GUIDE, guide)).toEqual([]);
    expect(missingPaths(GUIDE, guide, projectFiles())).toEqual([]);
    expect(missingCommands(guide, Object.keys(manifest.scripts))).toEqual([]);
    expect(namedOperations(guide).filter((name) => !(name in OPERATIONS))).toEqual([]);
  });
  it('uses options that the commands know', () => {
    expect(unknownOptions([...commands, ...printed])).toEqual([]);
  });
  it('uses operations and parameters that AWS knows', async () => {
    expect(await unknownOperations(commands)).toEqual([]);
  });
  it('names stacks, resources and accounts as they are named', () => {
    const names = (stage: string) => {
      const config = loadStageConfig(stage);
      return new Names(config, config.region);
    };
    const [dev, prod] = [names('dev'), names('prod')];
    const expected = [
      `"${dev.prefix}/*"`,
      dev.of('api'),
      dev.clientSecret('demo'),
      dev.role('data-steward'),
      prod.accountWide('operations'),
      prod.accountWide('business'),
      `${DELIVERY_PREFIX}-recovery ${DELIVERY_PREFIX}`,
      `${DELIVERY_PREFIX}-evidence-${delivery.account}-${delivery.region}`,
      `--stage ${DELIVERY} --write-policies`,
    ];
    expect(expected.filter((name) => !guide.includes(name))).toEqual([]);
  });
  it.each([
    ['an option', 'npx cdk deploy --no-such-option', ['npx cdk deploy --no-such-option: --no-such-option']],
    [
      'an option of ours',
      'npm run preflight -- --stages dev',
      ['npm run preflight -- --stages dev: --stages'],
    ],
  ])('%s that there is not is found', (_what, command, found) => {
    expect(unknownOptions([command])).toEqual(found);
  });
  it('an operation, a parameter and a service that there are not are found', async () => {
    const wrong = [
      'aws organizations make-account',
      'aws codepipeline get-pipeline-state --pipeline x',
      'aws gitconnections x',
    ];
    expect(await unknownOperations(wrong)).toEqual([
      'organizations make-account is no operation',
      'codepipeline get-pipeline-state --pipeline is no parameter',
      'gitconnections is no service',
    ]);
  });
});
