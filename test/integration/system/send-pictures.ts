import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findApiUrl } from '../../../bin/operations/synthetic-client';
import { RELEASE_TESTER } from '../../../lib/names';
import { clientSettings } from '../../../local/emulator/clients';
import { ROOT_CREDENTIALS } from '../../../local/emulator/emulator';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { openTrust, takeRole } from '../../../local/client/take-role';
import type { GetSystem } from './test-system';

/** After the rotation, which stores the key that the synthetic client reads. */
export function describeSendPictures(system: GetSystem): void {
  const apiId = (): string => /\/restapis\/([^/]+)\//.exec(system().aws.apiUrl)?.[1] ?? '';
  /** The command as the pipeline's build runs it, but for where the API is. */
  const command = async (...more: string[]): Promise<{ code: number | null; output: string }> => {
    const { emulator } = system().aws;
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        'bin/commands/operations.ts',
        'send-pictures',
        '--stage',
        'dev',
        '--per-second',
        '3',
        '--assume',
        RELEASE_TESTER,
        '--api-url',
        system().aws.apiUrl,
        '--wait',
        '1',
        ...more,
      ],
      {
        cwd: PROJECT_ROOT,
        env: {
          PATH: process.env['PATH'],
          AWS_ENDPOINT_URL: emulator.endpoint,
          NODE_EXTRA_CA_CERTS: emulator.certificateFile,
          AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
        },
      },
    );
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: output.join('') };
  };
  const clientsAs = async (purpose: string) => {
    const { emulator } = system().aws;
    const settings = { ...clientSettings(emulator), credentials: await takeRole(system(), purpose) };
    return {
      apiGateway: new APIGatewayClient(settings),
      secrets: new SecretsManagerClient(settings),
      s3: new S3Client({ ...settings, forcePathStyle: true }),
      dynamodb: new DynamoDBClient(settings),
    };
  };

  describe('send-pictures', () => {
    beforeAll(() => openTrust(system(), RELEASE_TESTER));

    it('as the release tester, with the key that the rotation stored, sees every picture decided rightly', async () => {
      const { code, output } = await command('--count', '6');
      expect(output).toMatch(/^6 of 6 pictures decided rightly; median \d+ ms/m);
      expect(code).toBe(0);
    });

    it('names the picture that the system puts in quarantine, and fails', async () => {
      system().aws.rekognition.failNext('InvalidImageFormatException');
      const { code, output } = await command('--count', '1');
      expect(output).toMatch(/^synthetic-0-cat\.jpg [0-9a-f-]{36}: quarantined: \S+/m);
      expect(output).toMatch(/^0 of 1 pictures decided rightly/m);
      expect(code).toBe(1);
    });

    it('finds the API by its name', async () => {
      const { config, names } = system().aws;
      const { apiGateway } = await clientsAs(RELEASE_TESTER);
      expect(await findApiUrl(apiGateway, config, names)).toBe(
        `https://${apiId()}.execute-api.us-east-1.amazonaws.com/dev`,
      );
    });

    it('has a role that reaches nothing else', async () => {
      const { names } = system().aws;
      const { apiGateway, secrets, s3, dynamodb } = await clientsAs(RELEASE_TESTER);
      const refused = [
        () => secrets.send(new GetSecretValueCommand({ SecretId: names.clientSecret('partner') })),
        () =>
          secrets.send(
            new PutSecretValueCommand({ SecretId: names.clientSecret('demo'), SecretString: '{}' }),
          ),
        () => secrets.send(new GetSecretValueCommand({ SecretId: names.cursorSecret })),
        () => apiGateway.send(new GetApiKeysCommand({ includeValues: true })),
        () => s3.send(new ListObjectsV2Command({ Bucket: names.pictureBucket })),
        () => dynamodb.send(new DescribeTableCommand({ TableName: names.detectionLogsTable })),
      ];
      for (const call of refused) await expect(call()).rejects.toThrow(/not authorized|AccessDenied/i);
    });

    it('with a key that the API refuses says so, and sends nothing', async () => {
      const { names, rekognition } = system().aws;
      const { secrets } = await clientsAs('api-key-rotation');
      const SecretId = names.clientSecret('demo');
      const key = system().aws.apiKeys.get('demo');
      const store = (apiKey: string | undefined) =>
        secrets.send(
          new PutSecretValueCommand({
            SecretId,
            SecretString: JSON.stringify({ clientId: 'demo', apiKeyId: key?.id, apiKey }),
          }),
        );
      const before = rekognition.counters.calls;
      await store('a-key-that-nobody-issued-0123456789');
      try {
        const { code, output } = await command('--count', '1');
        expect(output).toMatch(/^https:\S+ refuses the API key in serverlessapp-dev-client-demo-api-key\.$/m);
        expect(code).toBe(2);
        expect(rekognition.counters.calls).toBe(before);
      } finally {
        await store(key?.value);
      }
    });

    it('as somebody whom the role does not trust ends with what AWS says', async () => {
      const { code, output } = await command('--count', '1', '--assume', 'no-such');
      expect(output).toMatch(/^(AccessDenied|NoSuchEntity)\w*: /m);
      expect(code).toBe(2);
    });
  });
}
