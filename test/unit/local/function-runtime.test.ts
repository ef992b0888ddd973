import { functionRuntime } from '../../../local/deployer/transformations/function-runtime';
import { transformationContext } from './transformation-context';

describe('the transformation function-runtime', () => {
  it('changes the runtime of Node functions and of nothing else', () => {
    const properties = { Handler: 'index.handler', MemorySize: 256 };
    const { template, differences } = functionRuntime.apply(
      {
        Resources: {
          Node: { Type: 'AWS::Lambda::Function', Properties: { ...properties, Runtime: 'nodejs24.x' } },
          Python: { Type: 'AWS::Lambda::Function', Properties: { ...properties, Runtime: 'python3.13' } },
          Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Runtime: 'nodejs24.x' } },
        },
      },
      transformationContext(),
    );
    expect(template.Resources?.['Node']?.Properties).toEqual({ ...properties, Runtime: 'provided.al2023' });
    expect(template.Resources?.['Python']?.Properties).toHaveProperty('Runtime', 'python3.13');
    expect(template.Resources?.['Layer']?.Properties).toHaveProperty('Runtime', 'nodejs24.x');
    expect(differences.map(({ logicalId }) => logicalId)).toEqual(['Node']);
  });
});
