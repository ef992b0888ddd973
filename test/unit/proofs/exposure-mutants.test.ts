import { EXPOSURE_RULES } from '../../../compliance/rules/proofs/exposure/rules';
import { exposureMutants } from '../../../compliance/self-test/exposure-mutants';

const mutants = exposureMutants([
  {
    stackName: 'app',
    account: '111122223333',
    region: 'eu-west-1',
    template: { Resources: { Ready: { Type: 'AWS::CloudFormation::WaitConditionHandle', Properties: {} } } },
  },
]);

describe('mistakes planted for the exposure proof', () => {
  test.each(mutants)('$name: its rule says so', ({ run }) => {
    expect(run()).toMatchObject({ catcher: 'proof-exposure' });
  });

  test('every rule has one', () => {
    const kinds = new Set(mutants.map(({ kind }) => kind));
    expect([...kinds]).toEqual(Object.values(EXPOSURE_RULES).map(({ id }) => `exposure: ${id}`));
  });
});
