import { proveDeployer } from '../rules/proofs/deployer/prove-deployer';
import { NOT_NEEDED } from '../rules/proofs/deployer/not-needed';
import { dig, listOf } from '../rules/proofs/model/dig';
import type { StackTemplate } from '../rules/proofs/model/template';
import type { VerdictRow } from '../verdict-row';
import { findingsOf, newFinding } from './catchers';
import type { ConfigurationMutant } from './configuration-mutants';

type Statement = Record<string, unknown>;
type Change = (statements: readonly Statement[]) => void;

const statementOf = (statements: readonly Statement[], sid: string): Statement => {
  const found = statements.find((statement) => statement['Sid'] === sid);
  if (!found) throw new RangeError(`There is no statement ${sid} to plant a mistake in.`);
  return found;
};
const without =
  (sid: string, action: string): Change =>
  (statements) => {
    const statement = statementOf(statements, sid);
    statement['Action'] = listOf(statement['Action']).filter((each) => each !== action);
  };
const denyingEverybody =
  (sid: string): Change =>
  (statements) => {
    delete statementOf(statements, sid)['Condition'];
  };
const denyingRoles: Change = (statements) => {
  statementOf(statements, 'NoLongLivedCredentials')['Action'] = ['iam:CreateRole'];
};

const TAKEN = 'handler permission taken away';
const DENIED = 'organisation denies a handler';
/** Mistakes in the policies that bind CloudFormation's role. */
const MISTAKES: readonly (readonly [kind: string, policy: string, detail: string, change: Change])[] = [
  [TAKEN, 'bootstrap/deployment-data', 'kms:RetireGrant', without('Keys', 'kms:RetireGrant')],
  [TAKEN, 'bootstrap/deployment-data', 's3:PutBucket*', without('Buckets', 's3:PutBucket*')],
  [
    TAKEN,
    'bootstrap/deployment-platform',
    'lambda:PublishVersion',
    without('Functions', 'lambda:PublishVersion'),
  ],
  [DENIED, 'organization/scp-evidence', 'the trail', denyingEverybody('OnlyReleasesChangeTrail')],
  [DENIED, 'organization/scp-evidence', 'Object Lock', denyingEverybody('OnlyReleasesLockBuckets')],
  [DENIED, 'organization/scp-perimeter', 'roles', denyingRoles],
];

/** The mistakes, each made on a copy of its policy before the proof reads it. @param templates of the application in the primary region */
export function deployerMutants(templates: readonly StackTemplate[]): ConfigurationMutant[] {
  let before: ReadonlySet<string> | undefined;
  const evaluate = (rows: readonly VerdictRow[]) => {
    before ??= findingsOf(proveDeployer(templates).result.rows);
    return newFinding('proof-deployer', rows, before);
  };
  const planted = MISTAKES.map(([kind, policy, detail, change]): ConfigurationMutant => ({
    kind,
    name: `${kind}: ${detail} in ${policy}`,
    run: () =>
      evaluate(
        proveDeployer(templates, NOT_NEEDED, (name, document) => {
          if (name !== policy) return document;
          const copy: unknown = structuredClone(document);
          change(listOf(dig(copy, 'Statement')) as Statement[]);
          return copy;
        }).result.rows,
      ),
  }));
  const kind = 'need of a handler no longer explained';
  const unexplained = NOT_NEEDED.filter(({ types }) => types.includes('AWS::CloudTrail::Trail')).map(
    (entry): ConfigurationMutant => ({
      kind,
      name: `${kind}: ${entry.actions.join(', ')} of ${entry.types.join(', ')}`,
      run: () =>
        evaluate(
          proveDeployer(
            templates,
            NOT_NEEDED.filter((other) => other !== entry),
          ).result.rows,
        ),
    }),
  );
  return [...planted, ...unexplained];
}
