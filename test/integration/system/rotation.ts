import { GetApiKeysCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { imageListSchema } from '../../../lambda/domain/api-schemas';
import {
  apiKeyRotationDefinition,
  type RotationInput,
} from '../../../lib/rotation/api-key-rotation-definition';
import { cursorKeyRotationDefinition } from '../../../lib/rotation/cursor-key-rotation-definition';
import { clientSettings } from '../../../local/emulator/clients';
import { runRotation } from './run-rotation';
import { takeRole } from '../../../local/client/take-role';
import { type GetSystem, somePicture, uploadInline } from './test-system';

const ROTATION = 'api-key-rotation';
const OVERLAP_DAYS = 1 / 86_400;

/** Late among the cases: the first client's key is another one afterwards. */
export function describeRotation(system: GetSystem): void {
  const inputOf = async (clientId: string): Promise<RotationInput> => {
    const { config, names, clients } = system().aws;
    const plan = config.clients.find(({ id }) => id === clientId)?.plan ?? '';
    const { items = [] } = await clients.apiGateway.send(new GetUsagePlansCommand({}));
    return {
      clientId,
      apiKeyName: names.apiKey(clientId),
      usagePlanId: items.find(({ name }) => name === names.of(`plan-${plan}`))?.id ?? '',
      secretId: names.clientSecret(clientId),
    };
  };
  const rotate = async (clientId: string, before?: (call: string) => Promise<void>, role = ROTATION) =>
    runRotation(system(), {
      definition: apiKeyRotationDefinition(system().aws.names, OVERLAP_DAYS),
      input: await inputOf(clientId),
      credentials: await takeRole(system(), role),
      ...(before === undefined ? {} : { before }),
    });
  const keysOf = async (clientId: string) => {
    const { clients, names } = system().aws;
    const { items = [] } = await clients.apiGateway.send(new GetApiKeysCommand({ includeValues: true }));
    return items.filter(({ name }) => name === names.apiKey(clientId));
  };
  const statusWith = async (value: string) =>
    (await system().clientWithKey(value).call('/images?limit=1')).status;
  const secretOf = async (clientId: string) => {
    const { emulator, names } = system().aws;
    const reader = new SecretsManagerClient({
      ...clientSettings(emulator),
      credentials: await takeRole(system(), 'data-steward'),
    });
    return reader.send(new GetSecretValueCommand({ SecretId: names.clientSecret(clientId) }));
  };

  describe('the rotation of an API key', () => {
    it('that cannot attach the new key takes it away: the old one works, nothing is stored', async () => {
      const before = await keysOf('partner');
      const { VersionId: stored } = await secretOf('partner');
      const run = await rotate('partner', (call) =>
        call === 'apigateway:createUsagePlanKey' ? Promise.reject(new Error('planted')) : Promise.resolve(),
      );
      expect([run.status, run.error]).toEqual(['FAILED', 'RotationFailed']);
      expect(run.cause).toMatch(/^The new key was removed; the old one still works\. /);
      expect(run.calls.map(({ call }) => call)).toEqual([
        'apigateway:getApiKeys',
        'apigateway:createApiKey',
        'ssm:putParameter',
        'apigateway:deleteApiKey',
      ]);
      expect(await keysOf('partner')).toEqual(before);
      expect(await statusWith(before[0]?.value ?? '')).toBe(200);
      expect((await secretOf('partner')).VersionId).toBe(stored);
    });

    it('replaces it while both work, then disables the old one; the client keeps its pictures', async () => {
      const [old, ...others] = await keysOf('demo');
      expect(others).toEqual([]);
      const mine = async (value: string) =>
        imageListSchema.parse((await system().clientWithKey(value).call('/images?limit=5')).json()).items;
      const pictures = await mine(old?.value ?? '');
      const overlap: number[] = [];
      const run = await rotate('demo', async (call) => {
        if (call !== 'apigateway:updateApiKey') return;
        await system().aws.refreshApiKeys();
        for (const { value = '' } of await keysOf('demo')) overlap.push(await statusWith(value));
      });
      expect([run.status, run.cause]).toEqual(['SUCCEEDED', undefined]);
      expect(run.calls.map(({ call }) => call)).toEqual([
        'apigateway:getApiKeys',
        'apigateway:createApiKey',
        'ssm:putParameter',
        'apigateway:createUsagePlanKey',
        'apigateway:getUsagePlanKey',
        'secretsmanager:putSecretValue',
        'apigateway:updateApiKey',
      ]);
      expect(overlap).toEqual([200, 200]);
      const keys = await keysOf('demo');
      const now = keys.find(({ id }) => id !== old?.id);
      expect(keys.map(({ id, enabled }) => [id, String(enabled)]).sort()).toEqual(
        [
          [old?.id, 'false'],
          [now?.id, 'true'],
        ].sort(),
      );
      expect(JSON.parse((await secretOf('demo')).SecretString ?? '')).toEqual({
        clientId: 'demo',
        apiKeyId: now?.id,
        apiKey: now?.value,
      });
      await system().aws.refreshApiKeys();
      // That API Gateway refuses a disabled key cannot be shown: the emulator keeps the text "false" and takes it for true.
      expect(await mine(now?.value ?? '')).toEqual(pictures);
      expect(system().aws.apiKeys.get('demo')?.value).toBe(now?.value);
    });

    it('under a role without its grants makes nothing', async () => {
      const before = await keysOf('partner');
      const run = await rotate('partner', undefined, 'release-tester');
      expect(run.status).toBe('FAILED');
      expect(run.error).toMatch(/AccessDenied/);
      expect(run.calls).toEqual([]);
      expect(await keysOf('partner')).toEqual(before);
    });
  });

  describe('the rotation of the cursor key', () => {
    it('keeps the key before it, so that cursors in clients’ hands stay good', async () => {
      const { names, clients } = system().aws;
      const stages = async () => {
        const { VersionIdsToStages = {} } = await clients.secretsManager.send(
          new DescribeSecretCommand({ SecretId: names.cursorSecret }),
        );
        const ofStage = (stage: string) =>
          Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes(stage));
        return { current: ofStage('AWSCURRENT'), previous: ofStage('AWSPREVIOUS') };
      };
      const page = async (query: string) => system().demo.call(`/images?limit=1${query}`);
      await Promise.all(
        [somePicture(), somePicture()].map(async (one) => uploadInline(system().demo, await one)),
      );
      const { cursor = '' } = imageListSchema.parse((await page('')).json());
      const before = await stages();
      const run = await runRotation(system(), {
        definition: cursorKeyRotationDefinition(names),
        input: {},
        credentials: await takeRole(system(), ROTATION),
      });
      expect([run.status, run.cause]).toEqual(['SUCCEEDED', undefined]);
      expect(run.calls.map(({ call }) => call)).toEqual([
        'secretsmanager:getRandomPassword',
        'secretsmanager:putSecretValue',
      ]);
      expect(String(run.calls[1]?.input['SecretString'])).toMatch(/^[A-Za-z0-9]{64}$/);
      const after = await stages();
      expect(after.previous).toBe(before.current);
      expect(after.current).not.toBe(before.current);
      expect((await page(`&cursor=${encodeURIComponent(cursor)}`)).status).toBe(200);
    });
  });
}
