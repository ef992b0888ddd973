import {
  policiesOf,
  type PolicyInventory,
  readInventory,
  roleOf,
} from '../../../compliance/rules/proofs/iam/inventory';
import type { StackTemplate } from '../../../compliance/rules/proofs/model/template';
import { TemplateSet } from '../../../compliance/rules/proofs/model/template-set';
import { frozen } from '../../../compliance/self-test/mutant';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const PLACE = { account: '111111111111', region: 'us-east-1' };
const queue = (QueueName: unknown) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const topic = (TopicName: unknown) => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName } });
const document = (Action: string, more: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, ...more }],
});
const keyPolicy = (action: string) => ({
  Type: 'AWS::KMS::Key',
  Properties: {
    KeyPolicy: document(action, { Principal: { AWS: PLACE.account }, Resource: '*' }),
  },
});
const role = (action: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'reader',
    AssumeRolePolicyDocument: document('sts:AssumeRole', { Principal: { Service: 'lambda.amazonaws.com' } }),
    Policies: [{ PolicyName: 'own', PolicyDocument: document(action, { Resource: '*' }) }],
  },
});

const RESOURCES: Resources = frozen({
  Read: queue('read'),
  Unread: queue('unread'),
  Referring: topic({ 'Fn::GetAtt': ['Read', 'QueueName'] }),
  Importing: topic({ 'Fn::ImportValue': 'name' }),
  Key: keyPolicy('kms:Decrypt'),
  Role: role('sqs:SendMessage'),
});
const exporting = (resources: Resources): StackTemplate => ({
  stackName: 'other',
  ...PLACE,
  template: { Resources: resources, Outputs: OUTPUTS },
});
const OUTPUTS = frozen({
  Name: { Value: { 'Fn::GetAtt': ['Exporting', 'QueueName'] }, Export: { Name: 'name' } },
});
const stacks = frozen([
  { stackName: 'stack', ...PLACE, template: { Resources: RESOURCES } },
  exporting({ Exporting: queue('exported') }),
]);
/** The templates with other resources in one of the stacks. */
const withResources = (resources: Resources): StackTemplate[] => [
  { stackName: 'stack', ...PLACE, template: { Resources: frozen(resources) } },
  ...stacks.slice(1),
];
const withChange = (change: Resources): StackTemplate[] => withResources({ ...RESOURCES, ...change });

type Find = (set: TemplateSet, inventory: PolicyInventory) => unknown;

/** What somebody finds of other templates after he found it of these, and whether he looked again. */
function foundAfter(now: readonly StackTemplate[], find: Find): [unknown, boolean] {
  const by = {};
  let times = 0;
  const [, found] = [stacks, now].map((templates) => {
    const set = new TemplateSet(templates);
    const inventory = readInventory(set);
    return set.remember(by, 'it', () => {
      times += 1;
      return find(set, inventory);
    });
  });
  return [found, times > 1];
}

const topicName =
  (id: string) =>
  (set: TemplateSet): unknown =>
    set.at(`stack/${id}`)?.property('TopicName');
const queues = (set: TemplateSet): number => set.resources('AWS::SQS::Queue').length;
const keyActions: Find = (_set, inventory) =>
  policiesOf(inventory, 'arn:aws:kms:us-east-1:111111111111:key/stack/Key')?.map(
    ({ actions }) => actions.items,
  );
const roleActions: Find = (_set, inventory) =>
  roleOf(inventory, 'arn:aws:iam::111111111111:role/reader')?.identity.map(({ actions }) => actions.items);

describe('what was found of templates, after a change in them', () => {
  it.each<[string, Find, Resources, unknown]>([
    ['what a resource refers to', topicName('Referring'), { Read: queue('renamed') }, 'renamed'],
    ['the resource itself', topicName('Referring'), { Referring: topic('own') }, 'own'],
    ['one more of a type that was listed', queues, { Added: queue('added') }, 4],
    ['the type of one that was listed', queues, { Unread: topic('unread') }, 2],
    ['what was not there', (set) => set.at('stack/Added')?.path, { Added: topic('x') }, 'stack/Added'],
    ['the list of all', (set) => set.resources().length, { Added: topic('x') }, 8],
    ['the policy of a key', keyActions, { Key: keyPolicy('kms:Sign') }, [['kms:Sign']]],
    ['the policy of a role', roleActions, { Role: role('sqs:DeleteMessage') }, [['sqs:DeleteMessage']]],
  ])('is found again: %s', (_what, find, change, found) => {
    expect(foundAfter(withChange(change), find)).toEqual([found, true]);
  });

  it.each<[string, Find, Resources, unknown]>([
    ['another resource', topicName('Referring'), { Unread: queue('renamed') }, 'read'],
    ['one more of another type', queues, { Added: topic('added') }, 3],
    ['another policy', keyActions, { Role: role('sqs:DeleteMessage') }, [['kms:Decrypt']]],
  ])('is kept: %s', (_what, find, change, found) => {
    expect(foundAfter(withChange(change), find)).toEqual([found, false]);
  });

  it('is found again where another stack exports another value', () => {
    const [own] = stacks;
    const now = [...(own ? [own] : []), exporting(frozen({ Exporting: queue('renamed') }))];
    expect(foundAfter(now, topicName('Importing'))).toEqual(['renamed', true]);
  });

  it('is found again where resources stand in another order, or may still change', () => {
    const { Read = queue('read'), ...others } = RESOURCES;
    expect(foundAfter(withResources({ ...others, Read }), topicName('Referring'))).toEqual(['read', true]);
    expect(foundAfter(structuredClone(stacks), topicName('Referring'))).toEqual(['read', true]);
  });
});
