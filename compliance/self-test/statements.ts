import { type Mutant, onResource, type RawResource, type RawStack } from './mutant';

/** A policy statement as JSON. */
export type Statement = Record<string, unknown>;

/** Where each type keeps its resource policy. */
const POLICY_PATH: Readonly<Record<string, readonly (string | number)[]>> = {
  'AWS::S3::BucketPolicy': ['PolicyDocument'],
  'AWS::SQS::QueuePolicy': ['PolicyDocument'],
  'AWS::SNS::TopicPolicy': ['PolicyDocument'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::SecretsManager::ResourcePolicy': ['ResourcePolicy'],
  'AWS::DynamoDB::GlobalTable': ['Replicas', 0, 'ResourcePolicy', 'PolicyDocument'],
  'AWS::Backup::BackupVault': ['AccessPolicy'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument'],
};

/** Statements of a resource's own policy, to be changed in place. */
export const statementsOf = ({ Type, Properties }: RawResource): Statement[] => {
  const path = [...(POLICY_PATH[Type] ?? []), 'Statement'];
  const found = path.reduce<unknown>(
    (inner, step) => (inner as Record<string, unknown> | undefined)?.[step],
    Properties,
  );
  return Array.isArray(found) ? (found as Statement[]) : [];
};

/** One mutant for each statement that the predicate picks, of every resource policy. */
export function onStatements(
  stacks: readonly RawStack[],
  kind: string,
  types: readonly string[],
  picks: (statement: Statement) => boolean,
  change: (statement: Statement, all: Statement[], index: number) => void,
): Mutant[] {
  return stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources)
      .filter(([, resource]) => types.includes(resource.Type))
      .flatMap(([logicalId, resource]) =>
        statementsOf(resource).flatMap((statement, index) => {
          if (!picks(statement)) return [];
          const one = onResource(stack, kind, logicalId, (_p, mutated) => {
            const all = statementsOf(mutated);
            const target = all[index];
            if (!target) return false;
            change(target, all, index);
            return true;
          });
          const sid = statement['Sid'];
          const detail = typeof sid === 'string' ? sid : String(index);
          return one ? [{ ...one, name: `${one.name}, ${detail}` }] : [];
        }),
      ),
  );
}

/** Types of stores that have a policy of their own. */
export const STORES = [
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Backup::BackupVault',
];

/** Whether a statement is for one of AWS's services. */
export const isForService = (statement: Statement): boolean =>
  typeof statement['Principal'] === 'object' &&
  statement['Principal'] !== null &&
  'Service' in statement['Principal'];
