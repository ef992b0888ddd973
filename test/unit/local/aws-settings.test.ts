import { GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createCertificate } from '../../../local/emulator/certificate';
import { rootClients } from '../../../local/emulator/clients';
import type { Emulator } from '../../../local/emulator/emulator';
import { clearAwsSettings } from '../../../local/emulator/clear-aws-settings';
import { loopbackAgent } from '../../../local/emulator/loopback';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

/** Every variable that the SDK's own code names, found in it: what it reads next year is among them then. */
function variablesOfTheSdk(): string[] {
  const names = new Set<string>();
  for (const scope of ['@aws-sdk', '@smithy']) {
    const packages = path.join(PROJECT_ROOT, 'node_modules', scope);
    for (const name of readdirSync(packages, { recursive: true, encoding: 'utf8' })) {
      if (!/dist-cjs\/.*\.js$/.test(name)) continue;
      const text = readFileSync(path.join(packages, name), 'utf8');
      for (const [, variable = ''] of text.matchAll(/["'`](AWS_[A-Z0-9_]+)["'`]/g)) names.add(variable);
    }
  }
  return [...names];
}

const PROFILE = `[default]
region = eu-central-1
use_fips_endpoint = true
use_dualstack_endpoint = true
endpoint_url = https://192.0.2.1
defaults_mode = nonsense
retry_mode = nonsense
max_attempts = nonsense
account_id_endpoint_mode = nonsense
request_checksum_calculation = nonsense
response_checksum_validation = nonsense
aws_access_key_id = ASIAUSER
aws_secret_access_key = users
`;

let scratch: string;
let server: Server;
let emulator: Emulator;
let variables: string[];
const asked: string[] = [];
const before = { ...process.env };

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'aws-settings-'));
  mkdirSync(path.join(scratch, '.aws'));
  for (const file of ['config', 'credentials']) writeFileSync(path.join(scratch, '.aws', file), PROFILE);
  const { certificateFile, keyFile, pem } = await createCertificate(scratch);
  server = createServer(
    { cert: readFileSync(certificateFile), key: readFileSync(keyFile) },
    (request, response) => {
      asked.push(String(request.headers.authorization));
      response.writeHead(403).end();
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  emulator = {
    endpoint: `https://localhost:${port}`,
    region: 'us-east-1',
    agent: loopbackAgent(pem),
  } as Emulator;
  variables = variablesOfTheSdk();
});
afterAll(() => {
  server.close();
  emulator.agent.destroy();
  rmSync(scratch, { recursive: true, force: true });
});
const restore = (): void => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
};
afterEach(restore);

/** What each client meets when the user's machine says `value` everywhere; undefined is an answer of the server. */
async function meet(value: string, forget: boolean): Promise<Record<string, string>> {
  for (const name of variables) process.env[name] = value;
  Object.assign(process.env, {
    HOME: scratch,
    AWS_CONFIG_FILE: path.join(scratch, '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(scratch, '.aws', 'credentials'),
  });
  if (forget) clearAwsSettings(process.env);
  asked.length = 0;
  const met: Record<string, string> = {};
  const clients = rootClients(emulator);
  const calls: Record<keyof typeof clients, () => Promise<unknown>> = {
    apiGateway: () => clients.apiGateway.send(new GetRestApisCommand({})),
    cloudFormation: () => clients.cloudFormation.send(new DescribeStacksCommand({})),
    cloudTrail: () => clients.cloudTrail.send(new DescribeTrailsCommand({})),
    dynamodb: () => clients.dynamodb.send(new ListTablesCommand({})),
    iam: () => clients.iam.send(new ListRolesCommand({})),
    s3: () => clients.s3.send(new HeadBucketCommand({ Bucket: 'b' })),
    secretsManager: () => clients.secretsManager.send(new ListSecretsCommand({})),
    sfn: () => clients.sfn.send(new ListStateMachinesCommand({})),
    sns: () => clients.sns.send(new ListTopicsCommand({})),
    sqs: () => clients.sqs.send(new ListQueuesCommand({})),
    ssm: () => clients.ssm.send(new GetParametersByPathCommand({ Path: '/' })),
  };
  for (const [name, call] of Object.entries(calls)) {
    try {
      await call();
    } catch (error) {
      const { $metadata, message } = error as { $metadata?: { httpStatusCode?: number }; message: string };
      if ($metadata?.httpStatusCode !== 403) met[name] = message;
    }
  }
  return met;
}

describe("the user's AWS settings", () => {
  it('are many', () =>
    expect(variables).toEqual(
      expect.arrayContaining(['AWS_USE_FIPS_ENDPOINT', 'AWS_PROFILE', 'AWS_RETRY_MODE', 'AWS_ENDPOINT_URL']),
    ));

  it.each(['true', 'nonsense'])('all %s, reach no local client', async (value) => {
    expect(await meet(value, true)).toEqual({});
    expect(asked.length).toBeGreaterThanOrEqual(11);
    expect(asked.filter((header) => !header.includes('Credential=test/'))).toEqual([]);
    expect(asked.filter((header) => !header.includes('/us-east-1/'))).toEqual([]);
  });

  it('would stop them otherwise', async () => {
    expect(Object.keys(await meet('true', false)).length).toBeGreaterThan(0);
  });
});
