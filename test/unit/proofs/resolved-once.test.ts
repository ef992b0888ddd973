import type { StackTemplate } from '../../../compliance/rules/proofs/model/template';
import { TemplateSet } from '../../../compliance/rules/proofs/model/template-set';

const place = { account: '111122223333', region: 'us-east-1', context: false };
const stack = (stackName: string, template: object): StackTemplate => ({ ...place, stackName, template });
const queue = (properties: object) => ({ Type: 'AWS::SQS::Queue', Properties: properties });

describe('a property of a resource', () => {
  it('is resolved once, and nobody who was given it changes it for the others', () => {
    const set = new TemplateSet([
      stack('shop', {
        Resources: { Orders: queue({ Tags: [{ Key: 'of', Value: { Ref: 'AWS::Region' } }] }) },
      }),
    ]);
    const orders = set.at('shop/Orders');
    const tags = orders?.list('Tags');
    expect(tags).toEqual([{ Key: 'of', Value: 'us-east-1' }]);
    expect(orders?.list('Tags')).toBe(tags);
    expect(() => {
      (tags?.[0] as { Value: string }).Value = 'elsewhere';
    }).toThrow(TypeError);
  });

  it('is resolved again when it was asked for before every export was known', () => {
    // The first stack names its export after a queue whose own name a later stack exports.
    const set = new TemplateSet(
      [
        stack('first', {
          Resources: { Orders: queue({ QueueName: { 'Fn::ImportValue': 'name' } }) },
          Outputs: {
            Arn: {
              Value: 'x',
              Export: { Name: { 'Fn::Join': ['-', [{ 'Fn::GetAtt': ['Orders', 'QueueName'] }]] } },
            },
          },
        }),
        stack('second', { Resources: {}, Outputs: { Name: { Value: 'orders', Export: { Name: 'name' } } } }),
      ],
      { holds: () => true },
    );
    expect(set.at('first/Orders')?.text('QueueName')).toBe('orders');
  });
});
