import type * as Catchers from '../../compliance/self-test/catchers';
import { ADMINISTRATOR } from '../../compliance/rules/proofs/iam/statement';
import type * as Contracts from '../../compliance/rules/contracts/load';
import { AttackWorld, type Holder, NOTHING_CHANGED } from '../../compliance/rules/proofs/attack/attack-world';
import { frozen, type Mutant, withMutant } from '../../compliance/self-test/mutant';
import { contractMutants } from '../../compliance/self-test/contract-mutants';
import { policyMutants } from '../../compliance/self-test/policy-mutants';
import { releaseTemplates } from '../support/stage-templates';
import { thawed } from '../support/thawed';

type Modules = typeof Catchers & Pick<typeof Contracts, 'loadContracts'>;

const load = (): Modules => ({
  ...jest.requireActual<typeof Catchers>('../../compliance/self-test/catchers'),
  ...jest.requireActual<typeof Contracts>('../../compliance/rules/contracts/load'),
});

/** The evaluators as they are when nothing was asked before. */
function afresh(): Modules {
  let modules: Modules | undefined;
  jest.isolateModules(() => {
    modules = load();
  });
  if (!modules) throw new RangeError('The evaluators were not loaded.');
  return modules;
}

const { templates = [] } = releaseTemplates().find(({ id }) => id === 'serverlessapp-delivery') ?? {};
const stacks = frozen(thawed(templates));
const evaluatorsOf = ({
  RULE_CATCHERS,
  RELEASE_CATCHER,
  contractCatcher,
  REVIEW_CATCHER,
  loadContracts,
}: Modules) => [...RULE_CATCHERS, RELEASE_CATCHER, contractCatcher('prod', loadContracts()), REVIEW_CATCHER];
const oneOf = (kind: string, mutants: readonly Mutant[]): Mutant => {
  const found = mutants.find((mutant) => mutant.kind === kind);
  if (!found) throw new RangeError(`There is no mutant of the kind ${kind}.`);
  return found;
};

describe('answers that the self-test keeps from one mistake to the next', () => {
  const mutants = [
    oneOf('trust without conditions', policyMutants(stacks)),
    oneOf('key statement widened to everybody', policyMutants(stacks)),
    oneOf('action that a service needs taken away', contractMutants(stacks)),
  ];
  const original = JSON.stringify(stacks);
  const warm = evaluatorsOf(load());
  // The original first, as the self-test does, then each mistake: what they left behind must show nowhere.
  const asTheSelfTest = [stacks, ...mutants.map((mutant) => withMutant(stacks, mutant)), stacks].map(
    (version) => warm.map(({ evaluate }) => evaluate(version)),
  );

  it.each([...mutants.entries()])(
    'are those of evaluators that were asked nothing before: %i',
    (index, mutant) => {
      const whole = evaluatorsOf(afresh()).map(({ evaluate }) =>
        evaluate(thawed(withMutant(stacks, mutant))),
      );
      expect(asTheSelfTest[index + 1]).toEqual(whole);
      expect(asTheSelfTest[index + 1]).not.toEqual(asTheSelfTest[0]);
    },
  );

  it('leave the original as it was', () => {
    expect(asTheSelfTest.at(-1)).toEqual(asTheSelfTest[0]);
    expect(JSON.stringify(stacks)).toBe(original);
  });
});

describe('an answer to a role that no template has, as one that an attacker makes,', () => {
  const before = new AttackWorld(templates);
  const after = new AttackWorld(templates, undefined, {
    world: before,
    isStale: 'where a policy is another',
  });
  const [grants] = before.holders.filter(({ identity }) => identity.length > 0);
  if (grants === undefined) throw new RangeError('No role has a policy.');
  const ask = { action: 'sqs:ListQueues', resource: '*' };
  const madeWith = (boundary: Holder['boundary']): Holder => ({
    ...grants,
    name: 'a role that is made',
    arn: `arn:aws:iam::${grants.account}:role/serverlessapp-made`,
    identity: ADMINISTRATOR,
    boundary,
  });

  it('holds no longer when its boundary is another', () => {
    expect(before.decide(madeWith(ADMINISTRATOR), ask, NOTHING_CHANGED).decision).toBe('allow');
    expect(after.decide(madeWith([]), ask, NOTHING_CHANGED).decision).not.toBe('allow');
  });
});
