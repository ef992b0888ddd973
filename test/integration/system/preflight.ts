import { CreatePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bootstrapCommand } from '../../../bin/preflight/bootstrap';
import { EXECUTION_POLICIES, executionPolicy } from '../../../bin/preflight/execution-policies';
import { preflightPolicy } from '../../../bin/preflight/permissions';
import { preflight, regionsOf } from '../../../bin/preflight/preflight';
import type { Credentials } from '../../../tools/client/sign-request';
import { clientSettings } from '../../../local/emulator/clients';
import { ROOT_CREDENTIALS } from '../../../local/emulator/emulator';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { trustOfAccount } from '../deployment/administrator';
import type { GetSystem } from './test-system';

const READ = /^(Get|List|Describe|BatchGet|Check)/;
/** What the emulator's trail calls requests whose protocol it does not read. */
const UNREAD = /^(GET|POST)\./;

export function describePreflight(system: GetSystem): void {
  const run = async (credentials?: Credentials): Promise<string[]> => {
    const { config, emulator } = system().aws;
    const settings = clientSettings(emulator);
    const lines: string[] = [];
    await preflight(config, (line) => lines.push(...line.split('\n')), {
      endpoint: settings.endpoint,
      requestHandler: settings.requestHandler,
      credentials: credentials ?? settings.credentials,
      maxAttempts: 1,
    });
    return lines;
  };
  /** A session of a role that may do what preflight needs, less some of it. */
  const session = async (name: string, withheld: readonly string[]): Promise<Credentials> => {
    const { clients, config, emulator } = system().aws;
    const { Statement } = preflightPolicy();
    await clients.iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: trustOfAccount(config.account),
      }),
    );
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'preflight',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: Statement.map((statement) => ({
            ...statement,
            Action: statement.Action.filter((action) => !withheld.includes(action)),
          })),
        }),
      }),
    );
    const { Credentials: taken } = await new STSClient(clientSettings(emulator)).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${config.account}:role/${name}`,
        RoleSessionName: 'preflight',
      }),
    );
    return {
      accessKeyId: taken?.AccessKeyId ?? '',
      secretAccessKey: taken?.SecretAccessKey ?? '',
      sessionToken: taken?.SessionToken ?? '',
    };
  };
  const refusedIn = (lines: readonly string[]) =>
    lines.flatMap((line) => /the caller may not ask \((.*)\)$/.exec(line)?.[1] ?? []);
  const sectionOf = (lines: readonly string[], heading: string): string[] => {
    const begin = lines.findIndex((line) => line.includes(heading));
    const end = lines.findIndex((line, index) => index > begin + 1 && /^(us-|Account )/.test(line));
    return lines.slice(begin, end === -1 ? undefined : end);
  };

  describe('preflight', () => {
    it('tells what this account has and lacks, and does not fail over what it cannot ask', async () => {
      const lines = await run();
      const primary = sectionOf(lines, 'Account ');
      const recovery = sectionOf(lines, 'us-west-2, where');
      expect(primary).toEqual(
        expect.arrayContaining([
          'ok       Regions: us-west-2 is enabled',
          'ok       CDK bootstrap: version 999',
          "LACKING  CloudFormation's own role: cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1 does not exist",
          'LACKING  Execution policies: serverlessapp-dev-deployment-data does not exist',
          "ok       Singleton: API Gateway's log role: made by this application; features.apiGatewayAccountRole is true",
          'ok       Endpoint services per zone: com.amazonaws.us-east-1.ssm is in every zone',
          'LACKING  Endpoint services per zone: com.amazonaws.us-east-1.rekognition is not offered',
          'ok       Alert addresses: serverlessapp-dev-alerts: no address is unconfirmed',
        ]),
      );
      // The emulator knows no service quotas.
      expect(primary.filter((line) => /^UNKNOWN {2}Quota of/.test(line))).toHaveLength(5);
      expect(recovery).toEqual(
        expect.arrayContaining([
          'LACKING  CDK bootstrap: not bootstrapped',
          `         → ${bootstrapCommand(regionsOf(system().aws.config)[1])}`,
          expect.stringMatching(/^ok {7}Alert addresses: serverlessapp-dev-alerts is not deployed yet/),
        ]),
      );
    });

    it('with the policy that it prints it is refused nothing, and only reads', async () => {
      const credentials = await session('preflight-reader', []);
      expect(refusedIn(await run(credentials))).toEqual([]);
      const { Events = [] } = await system().aws.clients.cloudTrail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: credentials.accessKeyId }],
        }),
      );
      const names = Events.map(({ EventName = '' }) => EventName);
      const read = names.filter((name) => !UNREAD.test(name));
      expect(read.length).toBeGreaterThan(5);
      expect(read.filter((name) => !READ.test(name))).toEqual([]);
    });

    it('without some of its permissions it names those, and asks the rest', async () => {
      const withheld = [
        'backup:DescribeRegionSettings',
        'ec2:DescribeVpcEndpointServices',
        'iam:GetRole',
        'ssm:GetParameter',
        'wafv2:CheckCapacity',
      ];
      const lines = await run(await session('preflight-half-blind', withheld));
      expect([...new Set(refusedIn(lines))].sort()).toEqual(withheld);
      expect(lines).toContain('ok       Regions: us-east-1 is enabled');
    });

    it('what it tells to do for the bootstrap, done word by word, makes a region ready', async () => {
      const { clients, config, emulator } = system().aws;
      const [primary, recovery] = regionsOf(config);
      for (const policy of EXECUTION_POLICIES)
        await clients.iam.send(
          new CreatePolicyCommand({
            PolicyName: primary.names.of(policy),
            PolicyDocument: JSON.stringify(executionPolicy(policy, primary)),
          }),
        );
      const [, , ...words] = bootstrapCommand(recovery).split(' ');
      const cdk = path.join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
      const folder = await mkdtemp(path.join(tmpdir(), 'bootstrap-'));
      await promisify(execFile)(process.execPath, [cdk, ...words], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          AWS_ENDPOINT_URL: emulator.endpoint,
          AWS_ENDPOINT_URL_S3: `https://s3.localhost:${emulator.port}`,
          AWS_CA_BUNDLE: emulator.certificateFile,
          AWS_REGION: emulator.region,
          AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
        },
      });
      const lines = await run();
      expect(sectionOf(lines, 'Account ')).toEqual(
        expect.arrayContaining(
          EXECUTION_POLICIES.map(
            (policy) => `ok       Execution policies: ${primary.names.of(policy)} is there`,
          ),
        ),
      );
      expect(sectionOf(lines, 'us-west-2, where')).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^ok {7}CDK bootstrap: version \d+$/),
          "ok       CloudFormation's own role: has exactly our policies",
          'ok       Trust in the delivery account: cdk-hnb659fds-deploy-role-111122223333-us-west-2 trusts 222233334444 and nobody else',
        ]),
      );
    }, 180_000);
  });
}
