import { stateMachineAlias } from '../../../local/deployer/transformations/state-machine-alias';
import { transformationContext } from './transformation-context';

const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:serverlessapp-dev-classification';

describe('the transformation state-machine-alias', () => {
  it('names the machine wherever its alias was named, and leaves machines and patterns alone', () => {
    const { template, differences } = stateMachineAlias.apply(
      {
        Resources: {
          Function: {
            Type: 'AWS::Lambda::Function',
            Properties: { Environment: { Variables: { STATE_MACHINE_ARN: `${MACHINE}:live` } } },
          },
          Policy: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: { Statement: [{ Resource: [MACHINE, `${MACHINE}:*`] }] },
          },
          Grant: {
            Type: 'AWS::IAM::ManagedPolicy',
            Properties: {
              Statement: [
                {
                  Effect: 'Allow',
                  Resource: MACHINE,
                  Condition: {
                    StringEquals: { 'states:StateMachineQualifier': 'live' },
                    Bool: { 'aws:SecureTransport': 'true' },
                  },
                },
              ],
            },
          },
        },
      },
      transformationContext(),
    );
    expect(template.Resources?.['Function']?.Properties).toEqual({
      Environment: { Variables: { STATE_MACHINE_ARN: MACHINE } },
    });
    expect(template.Resources?.['Policy']?.Properties).toEqual({
      Statement: [{ Resource: [MACHINE, `${MACHINE}:*`] }],
    });
    expect(template.Resources?.['Grant']?.Properties).toEqual({
      Statement: [
        { Effect: 'Allow', Resource: MACHINE, Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      ],
    });
    expect(differences.map(({ logicalId }) => logicalId)).toEqual(['Function', 'Grant']);
  });
});
