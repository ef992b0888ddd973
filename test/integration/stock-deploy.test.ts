import { CreateApiKeyCommand, CreateUsagePlanKeyCommand } from '@aws-sdk/client-api-gateway';
import {
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  paginateDescribeStacks,
  UpdateTerminationProtectionCommand,
  type Stack as DeployedStack,
} from '@aws-sdk/client-cloudformation';
import { ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { Stack } from 'aws-cdk-lib';
import { CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { join } from 'node:path';
import { asker } from '../../compliance/deployed/ask';
import { observeResource } from '../../compliance/deployed/evaluate-resources';
import { KEPT_ROLES } from '../../compliance/deployed/live/kept-roles';
import { clientSettings } from '../../local/emulator/clients';
import type { ApplicationStage } from '../../lib/stages/application-stage';
import type { Credentials } from '../../tools/client/sign-request';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { CommandError, runCommand } from '../../tools/setup/run-command';
import { takeAdministrator } from './deployment/administrator';
import { commandEnvironment } from './deployment/command-environment';
import { deployWithStockCdk } from './deployment/deploy-with-stock-cdk';
import { type Release, type ReleaseChange, synthesizeRelease, transformRelease } from './deployment/release';
import { StockCdk } from './deployment/stock-cdk';
import { whatIsLeft } from './deployment/what-is-left';
import { photograph, record, TestSystem, untilStatus, uploadInline } from './system/test-system';

jest.setTimeout(120_000);

/** Appended to the bundle of `query`: it answers as before and says so. */
const CHANGED_QUERY = `
const before = module.exports.handler;
module.exports = { handler: async (event, context) => {
  const answer = await before(event, context);
  return { ...answer, headers: { ...answer.headers, 'x-release': 'changed' } };
} };`;
const FAULTY_QUERY = `
module.exports = { handler: async () => { throw new Error('a faulty release'); } };`;

/** The alias `live` of the function `query`. */
function queryAlias(stage: ApplicationStage): CfnAlias {
  const found = stage.node
    .findAll()
    .find((node) => node instanceof CfnAlias && node.node.path.includes('/Query/Live/'));
  if (!(found instanceof CfnAlias)) throw new Error('There is no alias of query.');
  return found;
}

/** Makes the update fail after the alias has moved, as on AWS a shift that CodeDeploy takes back does. */
function failAfterShift(stage: ApplicationStage): void {
  const alias = queryAlias(stage);
  const { functionName, functionVersion } = alias;
  const twin = new CfnAlias(Stack.of(alias), 'Twin', { name: 'live', functionName, functionVersion });
  twin.addResourceDependency(alias);
}

/**
 * The stock CDK CLI against the embedded AWS: from an empty account to a running stage, a release, a release that goes
 * wrong, and back to nothing, on the assemblies that AWS would get, less the transformations of the local deployer.
 * The cases build on one another.
 */
describe('the dev stage by the stock CDK CLI', () => {
  let running: TestSystem | undefined;
  let imageId = '';
  /** The work tree as it is, synthesized and transformed once more. */
  let unchanged: Release | undefined;
  let administrator: Credentials;
  const system = (): TestSystem => {
    if (!running) throw new Error('The embedded AWS is not up.');
    return running;
  };
  const cdk = (): StockCdk => new StockCdk(system().aws.emulator);
  const release = async (change: ReleaseChange): Promise<Release> => {
    const { emulator, clients, names } = system().aws;
    return transformRelease(emulator, clients, {
      assembly: await synthesizeRelease(emulator, change),
      inVpcRoleArns: names.functionRoleArns,
    });
  };
  const deploy = async (change: ReleaseChange): Promise<string> =>
    cdk().deploy((await release(change)).folder);
  const deployedStacks = async (): Promise<DeployedStack[]> => {
    const stacks: DeployedStack[] = [];
    const client = system().aws.clients.cloudFormation;
    for await (const page of paginateDescribeStacks({ client }, {}))
      stacks.push(...(page.Stacks ?? []).filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE'));
    return stacks;
  };
  /** Of all stacks but the one that the releases here change. */
  const otherStacks = async () =>
    (await deployedStacks())
      .filter(({ StackName }) => StackName !== 'serverlessapp-dev-api')
      .map(({ StackName, StackStatus, LastUpdatedTime }) => ({ StackName, StackStatus, LastUpdatedTime }));
  const askForRecord = () => system().demo.call(`/images/${imageId}`);
  const destroy = (...options: string[]): Promise<string> =>
    runCommand(
      process.execPath,
      ['--import', 'tsx', join('bin', 'commands', 'operations.ts'), 'destroy', '--stage', 'dev', ...options],
      { cwd: PROJECT_ROOT, env: commandEnvironment(system().aws.emulator, administrator) },
    );

  beforeAll(async () => {
    running = await TestSystem.start({ deploy: deployWithStockCdk });
  }, 400_000);
  afterAll(() => running?.stop());

  it('Given the bootstrap that preflight tells, then CloudFormation has our policies and no other', async () => {
    const { clients, config } = system().aws;
    for (const region of [config.region, config.drRegion]) {
      const { AttachedPolicies = [] } = await clients.iam.send(
        new ListAttachedRolePoliciesCommand({
          RoleName: `cdk-hnb659fds-cfn-exec-role-${config.account}-${region}`,
        }),
      );
      expect(AttachedPolicies.map(({ PolicyName }) => PolicyName).sort()).toEqual([
        'serverlessapp-dev-deployment-data',
        'serverlessapp-dev-deployment-platform',
      ]);
    }
  });

  it('Given that bootstrap, then an account that is asked what is deployed finds its roles as the CDK makes them', async () => {
    const { config, emulator } = system().aws;
    const [check] = KEPT_ROLES;
    if (check === undefined) throw new Error('No check asks for the roles of the bootstrap.');
    for (const region of [config.region, config.drRegion]) {
      const connection = { ...clientSettings(emulator), region };
      const place = { account: config.account, region, connection };
      const key = { stack: 'serverlessapp-dev-keys', logicalId: 'Key', type: 'AWS::KMS::Key', place };
      const resources = [{ ...key, physicalId: 'key', properties: {} }];
      const asked = { place, resources, everywhere: resources };
      const rows = await observeResource(check, asked, asker(place), () => new Date());
      // The embedded AWS joins an empty list to something, and so writes into the trust of lookups statements for nobody.
      const forNobody = /^Trust: expected nothing, in the account [^;]*; Trust: expected nothing, [^;]*$/;
      const open = rows
        .filter(({ verdict }) => verdict !== 'compliant')
        .map(({ resource, message }) => [resource.replace(/-role.*/, ''), message]);
      expect(open).toEqual([['cdk-hnb659fds-lookup', expect.stringMatching(forNobody)]]);
      expect(JSON.stringify(open)).not.toContain('Principal');
      expect(rows.map(({ resource }) => resource)).toEqual(
        expect.arrayContaining(
          ['deploy', 'cfn-exec', 'file-publishing', 'lookup'].map(
            (purpose) => `cdk-hnb659fds-${purpose}-role-${config.account}-${region}`,
          ),
        ),
      );
    }
  });

  it('When a picture is sent, then it ends in its folder', async () => {
    const { aws, demo } = system();
    imageId = await uploadInline(demo, await photograph('cat'));
    const { S3Location } = await untilStatus(demo, imageId, 'completed');
    const key = S3Location.replace(`s3://${aws.names.pictureBucket}/`, '');
    expect(key).toMatch(/^cats\//);
    await aws.clients.s3.send(new GetObjectCommand({ Bucket: aws.names.pictureBucket, Key: key }));
  });

  it('When nothing changed, then diff and deploy find nothing to do', async () => {
    unchanged = await release({});
    const { folder, stacks } = unchanged;
    expect(await cdk().diff(folder)).toContain('Number of stacks with differences: 0');
    const said = await cdk().deploy(folder);
    expect(said.match(/✅ .*\(no changes\)/g)).toHaveLength(stacks.length);
  });

  it('When a function changed, then its new version answers through the alias, and only its stack is updated', async () => {
    const before = await otherStacks();
    const { folder, stacks } = await release({ query: CHANGED_QUERY });
    await expect(cdk().diff(folder)).rejects.toThrow(CommandError);
    const said = await cdk().deploy(folder);
    expect(said.match(/✅ .*\(no changes\)/g)).toHaveLength(stacks.length - 1);
    expect(await otherStacks()).toEqual(before);
    const answer = await askForRecord();
    expect(answer).toMatchObject({ status: 200, headers: { 'x-release': 'changed' } });
  });

  it('Given a release that fails after the shift, then the alias goes back and the version before answers', async () => {
    const { clients } = system().aws;
    const before = await otherStacks();
    const failing = deploy({ query: FAULTY_QUERY, stage: failAfterShift });
    await expect(failing).rejects.toThrow(/serverlessapp-dev\/api\/Twin[\s\S]*already exists/);

    const { StackEvents = [] } = await clients.cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: 'serverlessapp-dev-api' }),
    );
    const story = StackEvents.reverse()
      .filter(({ LogicalResourceId = '' }) => /QueryLive|Twin|-api$/.test(LogicalResourceId))
      .map(({ LogicalResourceId = '', ResourceStatus = '' }) => `${LogicalResourceId} ${ResourceStatus}`)
      .join('\n');
    expect(story).toMatch(
      /QueryLive\w+ UPDATE_COMPLETE\nTwin [\s\S]*Twin \w+_FAILED[\s\S]*QueryLive\w+ UPDATE_COMPLETE[\s\S]*-api UPDATE_ROLLBACK_COMPLETE$/,
    );
    expect(await askForRecord()).toMatchObject({ status: 200, headers: { 'x-release': 'changed' } });
    expect(await otherStacks()).toEqual(before);
  });

  it('Given a faulty release that went through, when the one before is deployed again, then it answers as before', async () => {
    const { demo } = system();
    const good = await record(demo, imageId);
    await deploy({ query: FAULTY_QUERY });
    expect((await askForRecord()).status).toBeGreaterThanOrEqual(500);
    if (unchanged === undefined) throw new Error('The work tree was not synthesized.');
    await cdk().deploy(unchanged.folder);
    expect(await record(demo, imageId)).toEqual(good);
    expect((await askForRecord()).headers['x-release']).toBeUndefined();
  });

  it('When it is to be destroyed, then the command tells first and changes nothing', async () => {
    const { aws } = system();
    administrator = await takeAdministrator(aws);
    const before = await deployedStacks();
    const said = await destroy();
    const steps = said.split('\n').filter((line) => line.includes('would be deleted'));
    expect(steps[0]).toContain('serverlessapp-dev-access: would be deleted');
    expect(steps.at(-1)).toBe('us-west-2: 2 stacks would be deleted.');
    expect(await deployedStacks()).toEqual(before);
  });

  it('When an administrator destroys it, then it stops at what is protected and goes on to nothing but keys in their deletion window', async () => {
    const { aws } = system();
    const { apiGateway, cloudFormation, s3, ssm } = aws.clients;
    for (const Body of ['one', 'two'])
      await s3.send(new PutObjectCommand({ Bucket: aws.names.pictureBucket, Key: 'others/left', Body }));
    // As rotation does: a key and its parameter that no stack knows.
    const { id: keyId = '' } = await apiGateway.send(
      new CreateApiKeyCommand({ name: aws.names.apiKey('demo') }),
    );
    const { StackResourceDetail: plan } = await cloudFormation.send(
      new DescribeStackResourceCommand({
        StackName: 'serverlessapp-dev-api',
        LogicalResourceId: 'ClientsPlanstandard3E266D4F',
      }),
    );
    const usagePlanId = plan?.PhysicalResourceId;
    await apiGateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    const Name = `${aws.names.clientParameterPrefix}/${keyId}`;
    await ssm.send(new PutParameterCommand({ Name, Value: 'demo', Type: 'String' }));
    expect((await whatIsLeft(aws)).length).toBeGreaterThan(100);

    const StackName = aws.names.of('network');
    const protect = (EnableTerminationProtection: boolean) =>
      cloudFormation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));
    await protect(true);
    await expect(destroy('--yes')).rejects.toThrow(
      /ended with 1:[\s\S]*pictures-\S+ emptied of [\s\S]*serverlessapp-dev-network: .*TerminationProtection/,
    );
    await protect(false);
    expect(await destroy('--yes')).toMatch(/^1\/\d serverlessapp-dev-network: deleted/);
    const left = await whatIsLeft(aws);
    expect(left.filter((what) => !what.endsWith(' PendingDeletion'))).toEqual([
      'serverlessapp-dev-deployment-data',
      'serverlessapp-dev-deployment-platform',
    ]);
    expect((await deployedStacks()).map(({ StackName }) => StackName)).toEqual(['CDKToolkit']);
    expect(await destroy('--yes')).toBe('us-east-1: 0 stacks deleted.\nus-west-2: 0 stacks deleted.\n');
  });
});
