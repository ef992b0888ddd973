import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { destroy } from '../../../bin/operations/destroy/destroy';
import { ObjectDeletionError } from '../../../bin/operations/empty-bucket';
import { StackDeletionError } from '../../../bin/operations/destroy/stack-deletion-error';

type Input = Record<string, unknown>;
/** What of a client's middleware an answer at its very beginning needs. */
interface AnswerableStack {
  add(middleware: unknown, options: { step: 'initialize'; name: string }): void;
}

const STACKS = [
  { StackName: 'serverlessapp-dev-keys', CreationTime: new Date(1000) },
  { StackName: 'serverlessapp-dev-storage', CreationTime: new Date(2000) },
  { StackName: 'serverlessapp-delivery', CreationTime: new Date(3000) },
  { StackName: 'serverlessapp-development-other', CreationTime: new Date(4000) },
];
const resource = (ResourceType: string, PhysicalResourceId: string, more = {}): StackResourceSummary => ({
  LogicalResourceId: PhysicalResourceId,
  ResourceType,
  PhysicalResourceId,
  ResourceStatus: 'CREATE_COMPLETE',
  LastUpdatedTimestamp: undefined,
  ...more,
});

/** An account behind the real SDK clients; the stack `storage` holds what a case puts into it. */
class Account {
  readonly asked: string[] = [];
  resources: StackResourceSummary[] = [];
  /** How deletions of `storage` end, one after another. */
  endings = ['DELETE_COMPLETE'];
  versions: string[][] = [];
  undeletable: string[] = [];
  recoveryPoints: { RecoveryPointArn: string; Status: string }[] = [];
  apiKeys: string[] = [];
  private readonly statuses = new Map<string, string>();

  private stacks(name: string | undefined): object[] {
    return STACKS.filter(({ StackName }) => name === undefined || StackName === name)
      .map((stack) => ({ ...stack, StackStatus: this.statuses.get(stack.StackName) ?? 'UPDATE_COMPLETE' }))
      .filter(({ StackStatus }) => name !== undefined || StackStatus !== 'DELETE_COMPLETE');
  }

  private answer(operation: string, input: Input): object {
    const name = input['StackName'] as string | undefined;
    switch (operation) {
      case 'DescribeStacks': {
        const Stacks = this.stacks(name);
        // The next look finds the deletion further on.
        if (name !== undefined && this.statuses.get(name) === 'DELETE_IN_PROGRESS')
          this.statuses.set(
            name,
            name.endsWith('storage') ? (this.endings.shift() ?? '') : 'DELETE_COMPLETE',
          );
        return { Stacks };
      }
      case 'DeleteStack':
        this.statuses.set(String(name), 'DELETE_IN_PROGRESS');
        return {};
      case 'ListStackResources':
        return { StackResourceSummaries: name?.endsWith('storage') ? this.resources : [] };
      case 'ListObjectVersions':
        return { Versions: (this.versions[0] ?? []).map((Key) => ({ Key, VersionId: '1' })) };
      case 'DeleteObjects':
        this.versions.shift();
        return { Errors: this.undeletable.map((Key) => ({ Key, Code: 'AccessDenied' })) };
      case 'ListRecoveryPointsByBackupVault': {
        const RecoveryPoints = structuredClone(this.recoveryPoints);
        this.recoveryPoints = this.recoveryPoints.filter(({ Status }) => Status !== 'DELETING');
        return { RecoveryPoints };
      }
      case 'DeleteRecoveryPoint':
        for (const point of this.recoveryPoints)
          if (point.RecoveryPointArn === input['RecoveryPointArn']) point.Status = 'DELETING';
        return {};
      case 'GetUsagePlanKeys':
        return { items: this.apiKeys.map((id) => ({ id })) };
      case 'DeleteBucketPolicy':
      case 'DeleteApiKey':
      case 'DeleteParameters':
        return {};
      default:
        throw new Error(`not expected: ${operation}`);
    }
  }

  private attach<Client extends object>(client: Client): Client {
    (client as { middlewareStack: AnswerableStack }).middlewareStack.add(
      (_next: unknown, { commandName = '' }: { commandName?: string }) =>
        ({ input }: { input: Input }) => {
          const operation = commandName.replace('Command', '');
          const of = Object.values(input).flat().at(-1);
          this.asked.push(typeof of === 'string' ? `${operation} ${of}` : operation);
          const output = { $metadata: {}, ...this.answer(operation, input) };
          return Promise.resolve({ response: {}, output });
        },
      { step: 'initialize', name: 'account' },
    );
    return client;
  }

  destroy(lines: string[] = []): Promise<number> {
    const settings = { region: 'us-east-1' };
    return destroy({
      stage: 'dev',
      prefix: 'serverlessapp-dev',
      clientParameterPrefix: '/serverlessapp-dev/clients',
      cloudFormation: this.attach(new CloudFormationClient(settings)),
      s3: this.attach(new S3Client(settings)),
      backup: this.attach(new BackupClient(settings)),
      apiGateway: this.attach(new APIGatewayClient(settings)),
      ssm: this.attach(new SSMClient(settings)),
      print: (line) => lines.push(line),
      confirmed: true,
      pollMilliseconds: 1,
    });
  }

  /** The operations asked, those of the given names only, in order. */
  order(...names: string[]): string[] {
    return this.asked.filter((line) => names.includes(line.split(' ')[0] ?? ''));
  }
}

describe('destroying a sandbox', () => {
  it('deletes the stacks of its prefix, youngest first, and waits for each', async () => {
    const account = new Account();
    expect(await account.destroy()).toBe(2);
    expect(account.order('DeleteStack')).toEqual([
      'DeleteStack serverlessapp-dev-storage',
      'DeleteStack serverlessapp-dev-keys',
    ]);
  });
  it('takes away the policy of a bucket, then page after page of its versions, then the stack', async () => {
    const account = new Account();
    account.resources = [resource('AWS::S3::Bucket', 'pictures')];
    account.versions = [['a', 'b'], ['c']];
    const lines: string[] = [];
    await account.destroy(lines);
    expect(lines.join('\n')).toContain('pictures emptied of 3 versions');
    expect(account.order('DeleteBucketPolicy', 'DeleteObjects', 'DeleteStack').slice(0, 4)).toEqual([
      'DeleteBucketPolicy pictures',
      'DeleteObjects',
      'DeleteObjects',
      'DeleteStack serverlessapp-dev-storage',
    ]);
  });
  it('does not delete the stack of a bucket that keeps an object, and names it', async () => {
    const account = new Account();
    account.resources = [resource('AWS::S3::Bucket', 'pictures')];
    account.versions = [['a', 'b']];
    account.undeletable = ['b'];
    await expect(account.destroy()).rejects.toThrow(new ObjectDeletionError('pictures/b: AccessDenied'));
    expect(account.order('DeleteStack')).toEqual([]);
  });
  it('deletes the recovery points of a vault and waits until they are gone', async () => {
    const account = new Account();
    account.resources = [resource('AWS::Backup::BackupVault', 'backups')];
    account.recoveryPoints = [
      { RecoveryPointArn: 'first', Status: 'COMPLETED' },
      { RecoveryPointArn: 'second', Status: 'COMPLETED' },
    ];
    const lines: string[] = [];
    await account.destroy(lines);
    expect(lines.join('\n')).toContain('backups emptied of 2 recovery points');
    expect(
      account.order('ListRecoveryPointsByBackupVault', 'DeleteRecoveryPoint', 'DeleteStack').slice(0, 6),
    ).toEqual([
      'ListRecoveryPointsByBackupVault',
      'DeleteRecoveryPoint first',
      'DeleteRecoveryPoint second',
      'ListRecoveryPointsByBackupVault',
      'ListRecoveryPointsByBackupVault',
      'DeleteStack serverlessapp-dev-storage',
    ]);
  });
  it('deletes the API keys of a plan, those of rotations too, with the parameters that name their clients', async () => {
    const account = new Account();
    account.resources = [resource('AWS::ApiGateway::UsagePlan', 'plan')];
    account.apiKeys = ['made', 'rotated'];
    await account.destroy();
    expect(account.order('DeleteApiKey', 'DeleteParameters')).toEqual([
      'DeleteApiKey made',
      'DeleteParameters /serverlessapp-dev/clients/made',
      'DeleteApiKey rotated',
      'DeleteParameters /serverlessapp-dev/clients/rotated',
    ]);
  });
  it('empties and deletes again what could not be deleted at once', async () => {
    const account = new Account();
    account.resources = [resource('AWS::S3::Bucket', 'access-logs')];
    account.endings = ['DELETE_FAILED', 'DELETE_COMPLETE'];
    expect(await account.destroy()).toBe(2);
    expect(account.order('ListObjectVersions', 'DeleteStack').slice(0, 4)).toEqual([
      'ListObjectVersions access-logs',
      'DeleteStack serverlessapp-dev-storage',
      'ListObjectVersions access-logs',
      'DeleteStack serverlessapp-dev-storage',
    ]);
  });
  it('gives up after three times, with the resource and its reason, and leaves the older stacks', async () => {
    const account = new Account();
    const why = { ResourceStatus: 'DELETE_FAILED', ResourceStatusReason: 'has a dependent object' };
    account.resources = [resource('AWS::EC2::SecurityGroup', 'group', why)];
    account.endings = ['DELETE_FAILED', 'DELETE_FAILED', 'DELETE_FAILED'];
    await expect(account.destroy()).rejects.toThrow(
      new StackDeletionError('serverlessapp-dev-storage DELETE_FAILED\n  group: has a dependent object'),
    );
    expect(account.order('DeleteStack')).toHaveLength(3);
  });
});
