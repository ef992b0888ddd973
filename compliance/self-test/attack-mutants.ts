import { dig, listOf } from '../proofs/model/dig';
import { proveAttacks } from '../proofs/attack/prove-attack';
import type { StackTemplate } from '../proofs/model/template';
import type { VerdictRow } from '../verdict-row';
import { findingsOf, newFinding } from './catchers';
import type { ConfigurationMutant } from './configuration-mutants';
import type { RawStack } from './mutant';

type Statement = Record<string, unknown>;

/** Statements of the organisation without which somebody reaches more, by the file that holds them. */
const REMOVED: readonly (readonly [policy: string, sid: string])[] = [
  ['scp-releases', 'OnlyReleasesChangeIam'],
  ['scp-releases', 'OnlyThePipelineDeploys'],
  ['scp-releases', 'OnlyReleasesChangeCode'],
  ['scp-releases', 'OnlyReleasesChangeWhoMayEnter'],
  ['scp-releases', 'OnlyThePipelineBuilds'],
  ['scp-releases', 'OnlyReleasesChangeThePipeline'],
  ['scp-safekeeping', 'NobodySilencesAlarms'],
  ['scp-safekeeping', 'OnlyReleasesChangeAlarms'],
  ['scp-safekeeping', 'OnlyReleasesChangeLogs'],
  ['scp-safekeeping', 'OnlyReleasesChangeBackupPlans'],
  ['scp-evidence', 'NobodyStopsTrail'],
  ['scp-evidence', 'OnlyReleasesChangeTrail'],
  ['scp-evidence', 'NobodyStopsConfig'],
  ['scp-evidence', 'NobodyDestroysKeys'],
  ['scp-perimeter', 'EndpointsToAwsOnly'],
  ['scp-perimeter', 'NobodyExportsData'],
  ['scp-perimeter', 'NoWayToTheInternet'],
  ['rcp-releases', 'OnlyThePipelineTakesDeployers'],
];

/** Mistakes in the pipeline's own templates. */
const TEMPLATE_MISTAKES: readonly (readonly [
  detail: string,
  change: (resources: Record<string, Statement>) => void,
])[] = [
  [
    'the pipeline changes itself before anybody approves',
    (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::CodePipeline::Pipeline') continue;
        for (const stage of listOf(dig(Properties, 'Stages')) as { Name: string; Actions: unknown[] }[])
          if (stage.Name === 'Build')
            stage.Actions = stage.Actions.filter(
              (action) => dig(action, 'ActionTypeId', 'Category') !== 'Approval',
            );
      }
    },
  ],
  [
    'the build that runs the repository may sign',
    (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (
          Type === 'AWS::IAM::ManagedPolicy' &&
          String(dig(Properties, 'ManagedPolicyName')).endsWith('-gate-policy')
        )
          (listOf(dig(Properties, 'PolicyDocument', 'Statement')) as Statement[]).push({
            Sid: 'SignThePack',
            Effect: 'Allow',
            Action: 'kms:Sign',
            Resource: '*',
          });
        if (Type === 'AWS::KMS::Key')
          for (const statement of listOf(dig(Properties, 'KeyPolicy', 'Statement')) as Statement[])
            if (statement['Sid'] === 'TheSigningBuildSigns') delete statement['Condition'];
      }
    },
  ],
  [
    'the build that signs runs the repository',
    (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::CodeBuild::Project' || dig(Properties, 'Name') !== 'serverlessapp-delivery-sign')
          continue;
        const source = dig(Properties, 'Source') as { BuildSpec: string };
        source.BuildSpec = source.BuildSpec.replace('set -e', 'npm ci');
      }
    },
  ],
];

/** Mistakes that let an attacker reach more, each on a copy. @param templates of the application and of the pipeline */
export function attackMutants(templates: readonly StackTemplate[]): ConfigurationMutant[] {
  let before: ReadonlySet<string> | undefined;
  // The comparison with the reviewed file notices any change at all.
  const told = (rows: readonly VerdictRow[]) => rows.filter(({ rule }) => rule !== 'attack-matrix-reviewed');
  const judge = (rows: readonly VerdictRow[]) => {
    before ??= findingsOf(told(proveAttacks(templates).result.rows));
    return newFinding('proof-attack', told(rows), before);
  };
  const kind = 'statement of the organisation removed';
  const removed = REMOVED.map(([policy, sid]): ConfigurationMutant => ({
    kind,
    name: `${kind}: ${sid} of ${policy}`,
    run: () =>
      judge(
        proveAttacks(templates, undefined, (name, document) => {
          if (name !== `organization/${policy}`) return document;
          const copy = structuredClone(document) as { Statement: Statement[] };
          const kept = copy.Statement.filter(({ Sid }) => Sid !== sid);
          if (kept.length === copy.Statement.length) throw new RangeError(`${policy} has no ${sid}.`);
          return { ...copy, Statement: kept };
        }).result.rows,
      ),
  }));
  const chain = 'two-person chain broken';
  const broken = TEMPLATE_MISTAKES.map(([detail, change]): ConfigurationMutant => ({
    kind: chain,
    name: `${chain}: ${detail}`,
    run: () => {
      const copy = templates.map((stack) => {
        if (stack.stackName !== 'serverlessapp-delivery') return stack;
        const mutated = structuredClone(stack) as RawStack;
        change(mutated.template.Resources);
        return mutated;
      });
      return judge(proveAttacks(copy).result.rows);
    },
  }));
  return [...removed, ...broken];
}
