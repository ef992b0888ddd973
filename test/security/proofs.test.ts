import { OBSERVATION_CHECKS } from '../../compliance/rules/checks/observation';
import { runChecks } from '../../compliance/rules/checks/run-checks';
import { DECLARED_NEEDS } from '../../compliance/rules/proofs/iam/declared-needs';
import { readInventory } from '../../compliance/rules/proofs/iam/inventory';
import { proveIam } from '../../compliance/rules/proofs/iam/prove-iam';
import { purposeOf } from '../../compliance/rules/proofs/iam/world';
import { TemplateSet } from '../../compliance/rules/proofs/model/template-set';
import { proveNetwork } from '../../compliance/rules/proofs/network/prove-network';
import { findingsOf, newFinding, RULE_CATCHERS } from '../../compliance/self-test/catchers';
import { type Mutant, type RawStack, withMutant } from '../../compliance/self-test/mutant';
import { networkMutants } from '../../compliance/self-test/network-mutants';
import { policyMutants } from '../../compliance/self-test/policy-mutants';
import { propertyMutants } from '../../compliance/self-test/property-mutants';
import type { VerdictRow } from '../../compliance/verdict-row';
import { FUNCTION_IDS } from '../../lambda/functions';
import { STAGE_NAMES } from '../../lib/config/schema';
import { releaseTemplates, stageTemplates } from '../support/stage-templates';

/** What is not as it should be; whether a change was reviewed is for the gate to ask. */
const findings = (rows: readonly VerdictRow[]): string[] =>
  rows
    .filter(({ verdict, rule }) => verdict !== 'compliant' && !rule.endsWith('-reviewed'))
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);

const evaluated = [
  ...STAGE_NAMES.map((stage) => ({ id: `serverlessapp-${stage}`, templates: stageTemplates(stage) })),
  ...releaseTemplates().filter(({ id }) => id !== 'serverlessapp-prod'),
].map(({ id, templates }) => ({
  id,
  templates,
  functions: id === 'serverlessapp-delivery' ? 0 : FUNCTION_IDS.length,
}));

describe.each(evaluated)('the templates of $id', ({ templates, functions }) => {
  it('have every property that the checks ask for', () => {
    expect(findings(runChecks(templates).rows)).toEqual([]);
  });

  it('let every function reach the endpoints that it calls and nothing else', () => {
    const { result, narratives } = proveNetwork(templates);
    expect(findings(result.rows)).toEqual([]);
    expect(narratives).toHaveLength(functions);
  });

  it('let every role do what its code and the platform need and nothing else', () => {
    const { result, narratives } = proveIam(templates);
    expect(findings(result.rows)).toEqual([]);
    expect(narratives).toHaveLength(functions);
  });
});

it('each need that is declared of a role is granted to one of its name', () => {
  const granted = new Set(
    evaluated.flatMap(({ templates }) =>
      readInventory(new TemplateSet(templates)).roles.flatMap((role) =>
        role.identity
          .filter(({ effect }) => effect === 'Allow')
          .flatMap(({ sid }) => [`${purposeOf(role)} ${sid}`, `function ${sid}`]),
      ),
    ),
  );
  const declared = DECLARED_NEEDS.map(({ role, sid }) => `${role} ${sid}`);
  expect(declared.length).toBeGreaterThan(100);
  expect(declared.filter((need) => !granted.has(need))).toEqual([]);
});

describe('the mutants of the self-test', () => {
  const stacks: readonly RawStack[] = stageTemplates('prod');
  const mutants = [...propertyMutants(stacks), ...networkMutants(stacks), ...policyMutants(stacks)];
  const originals = new Map(stacks.map((stack) => [stack.stackName, JSON.stringify(stack.template)]));
  const before = RULE_CATCHERS.map(({ evaluate }) => findingsOf(evaluate(stacks)));
  const firstCatch = (mutant: Mutant): string | undefined => {
    const mutated = withMutant(stacks, mutant);
    for (const [index, { name, evaluate }] of RULE_CATCHERS.entries()) {
      const found = newFinding(name, evaluate(mutated), before[index] ?? new Set());
      if (found) return found.catcher;
    }
    return undefined;
  };

  it('are many, each changes something, and no two are the same', () => {
    expect(mutants.length).toBeGreaterThan(120);
    for (const mutant of mutants) {
      expect([
        mutant.name,
        JSON.stringify(mutant.mutated().template) === originals.get(mutant.stackName),
      ]).toEqual([mutant.name, false]);
    }
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('are not caught when they are none: a copy of the original survives', () => {
    const [stack] = stacks as [RawStack];
    expect(
      firstCatch({ kind: 'none', name: 'none', stackName: stack.stackName, mutated: () => stack }),
    ).toBeUndefined();
  });

  it.each([
    ['encryption dropped', 'template-checks'],
    ['group opened to the world (out)', 'proof-network'],
    ['unused grant added', 'proof-iam'],
    ['parser of pictures may write them', 'proof-iam'],
    ['Deny removed', 'proof-iam'],
  ])('"%s" is noticed by %s', (kind, catcher) => {
    const mutant = mutants.find((candidate) => candidate.kind === kind && !candidate.name.includes('Vault'));
    expect(mutant && firstCatch(mutant)).toContain(catcher);
  });
});

describe('what a trail leaves out of that which alerts count', () => {
  const check = OBSERVATION_CHECKS.filter(({ id }) => id === 'trail');
  const verdicts = (stacks: readonly RawStack[]): string[] =>
    runChecks(stacks, check, []).rows.map(({ verdict }) => verdict);
  const ofTrail = (application: string): readonly [readonly RawStack[], Mutant[]] => {
    const { templates: stacks = [] } = evaluated.find(({ id }) => id === application) ?? {};
    return [stacks, propertyMutants(stacks).filter(({ kind }) => kind.startsWith('trail '))];
  };

  it.each([
    ['serverlessapp-prod', 14],
    ['serverlessapp-delivery', 13],
  ])('is noticed, whichever it is, in %s', (application, kinds) => {
    const [stacks, mutants] = ofTrail(application);
    expect(new Set(mutants.map(({ kind }) => kind)).size).toBe(kinds);
    expect(
      mutants.filter((mutant) => !verdicts(withMutant(stacks, mutant)).includes('non-compliant')),
    ).toEqual([]);
  });

  it('is nothing where it takes every object of every bucket', () => {
    const [stacks, mutants] = ofTrail('serverlessapp-delivery');
    const [some] = mutants.filter(({ kind }) => kind === 'trail without the last of some stores');
    const mutated = some ? withMutant(stacks, some) : [];
    expect(verdicts(mutated)).toEqual(['non-compliant']);
    const wider = JSON.parse(JSON.stringify(mutated), (key, value: unknown) =>
      key === 'StartsWith' ? ['arn:aws:s3:::'] : value,
    ) as RawStack[];
    expect(verdicts(wider)).toEqual(['compliant']);
  });
});
