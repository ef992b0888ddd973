import { DEPLOYER_RULES } from '../../compliance/rules/proofs/deployer/rules';
import { HANDLERS } from '../../compliance/rules/proofs/deployer/handlers';
import { proveDeployer } from '../../compliance/rules/proofs/deployer/prove-deployer';
import { NOT_NEEDED } from '../../compliance/rules/proofs/deployer/not-needed';
import { byApplication } from '../../compliance/rules/proofs/prove';
import { deployerMutants } from '../../compliance/self-test/deployer-mutants';
import type { VerdictRow } from '../../compliance/verdict-row';
import { releaseStacks, stageTemplates } from '../support/stage-templates';

const open = (rows: readonly VerdictRow[]): string[] =>
  rows
    .filter(({ verdict }) => verdict !== 'compliant')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);

const applications = [
  ...byApplication(releaseStacks()),
  ...(['dev', 'staging'] as const).map((stage) => ({ id: stage, templates: stageTemplates(stage) })),
];
const primary = applications.find(({ id }) => id === 'serverlessapp-prod')?.templates ?? [];

describe('CloudFormation’s role', () => {
  it.each(applications)('may do in $id what the handlers call', ({ templates }) => {
    expect(open(proveDeployer(templates).result.rows)).toEqual([]);
  });

  it('gives a verdict by each of its rules when all is well: one that speaks of mistakes alone looks as if it had not run', () => {
    const spoken = new Set(proveDeployer(primary).result.rows.map(({ rule }) => rule));
    expect(Object.values(DEPLOYER_RULES).filter(({ id }) => !spoken.has(id))).toEqual([]);
  });

  it.each(deployerMutants(primary))('is found wanting: $name', ({ run }) => {
    expect(run()).toMatchObject({ rule: 'deployer-handlers-may' });
  });

  it('has no entry that excuses nothing, and a finding for a type whose calls AWS does not tell', () => {
    const idle = { types: ['AWS::SQS::Queue'], actions: ['sqs:Nothing'], reason: '' };
    expect(open(proveDeployer(primary, [...NOT_NEEDED, idle]).result.rows)).toEqual([
      expect.stringContaining('deployer-entries-used'),
    ]);
    const types = { ...HANDLERS.types };
    delete types['AWS::SQS::Queue'];
    const unlisted = NOT_NEEDED.filter((entry) => !entry.types.includes('*'));
    const rows = proveDeployer(primary, unlisted, undefined, { ...HANDLERS, types }).result.rows;
    expect(open(rows)).toContainEqual(expect.stringContaining('deployer-handlers-known'));
  });
});
