import { madeByApi, ownerOutput } from '../../../local/deployer/transformations/made-by-api';
import { transformationContext } from './transformation-context';

describe('the transformation made-by-api', () => {
  it('hands the resource over and keeps an output that names its owner', () => {
    const context = transformationContext();
    const policy = {
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: { SecretId: { Ref: 'Secret' }, ResourcePolicy: { Statement: [] } },
    };
    const { template, differences } = madeByApi.apply(
      {
        Resources: { Secret: { Type: 'AWS::SecretsManager::Secret' }, Policy: policy },
        Outputs: { Kept: { Value: 'x' } },
      },
      context,
    );
    expect(Object.keys(template.Resources ?? {})).toEqual(['Secret']);
    expect(template.Outputs).toEqual({
      Kept: { Value: 'x' },
      [ownerOutput('Policy')]: { Value: { Ref: 'Secret' } },
    });
    expect(context.madeByApi).toEqual([{ logicalId: 'Policy', resource: policy }]);
    expect(differences).toEqual([expect.objectContaining({ kind: 'changed', logicalId: 'Policy' })]);
  });
});
