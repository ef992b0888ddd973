import { dig, listOf } from '../rules/proofs/model/dig';
import { drop, type Mutant, onResources, put, type RawStack } from './mutant';

type Action = { Name?: string; RunOrder?: number; Configuration?: Record<string, unknown> };

const actionsOf = (properties: Record<string, unknown>): Action[] =>
  listOf(properties['Stages']).flatMap((stage) => listOf(dig(stage, 'Actions')) as Action[]);

/** Moves the actions whose name matches to another place in their stage. */
function moved(stacks: readonly RawStack[], kind: string, name: RegExp, runOrder: number): Mutant[] {
  return onResources(stacks, kind, ['AWS::CodePipeline::Pipeline'], (properties) => {
    const found = actionsOf(properties).filter((action) => name.test(action.Name ?? ''));
    for (const action of found) action.RunOrder = runOrder;
    return found.length > 0;
  });
}

/** The queue of what no subscriber took by its ARN instead of a reference, so that nothing waits for it any more. */
const unreferenced = (stacks: readonly RawStack[], kind: string): Mutant[] =>
  stacks
    .filter(({ stackName }) => stackName.endsWith('-processing'))
    .flatMap((stack) => {
      const prefix = stack.stackName.replace(/-processing$/, '').replace(/-recovery$/, '');
      const arn = `arn:aws:sqs:${stack.region}:${stack.account}:${prefix}-failures-dlq`;
      const change = (properties: Record<string, unknown>) =>
        typeof dig(properties, 'RedrivePolicy', 'deadLetterTargetArn') === 'object' &&
        put(properties, ['RedrivePolicy', 'deadLetterTargetArn'], arn);
      return onResources([stack], kind, ['AWS::SNS::Subscription'], change, 'first of each type');
    });

/** Releases that could not end, and what would stop them. */
export const releaseMutants = (stacks: readonly RawStack[]): Mutant[] => [
  ...moved(stacks, 'stack deployed before what it imports', /^(network|api)\.(Prepare|Deploy)$/, 1),
  ...moved(stacks, 'stack deployed beside what it names', /^access\.Deploy$/, 9),
  ...moved(stacks, 'smoke test before the API', /^Confirm$/, 5),
  ...moved(stacks, 'change set executed before it is prepared', /^storage\.Prepare$/, 30),
  ...onResources(
    stacks,
    'canary traffic not told of the first release',
    ['AWS::CodePipeline::Pipeline'],
    (properties) => {
      const found = actionsOf(properties).filter(({ Name }) => Name?.startsWith('PicturesDuring') === true);
      for (const { Configuration = {} } of found) drop(Configuration, 'EnvironmentVariables');
      return found.length > 0;
    },
  ),
  ...onResources(stacks, 'canary traffic on the first release', ['AWS::CodeBuild::Project'], (properties) => {
    const spec = dig(properties, 'Source', 'BuildSpec');
    if (typeof spec !== 'string' || !spec.includes('No release before')) return false;
    return put(
      properties,
      ['Source', 'BuildSpec'],
      spec.replace(/if \[ [^;]*; then echo [^;]*; else (.*); fi/, '$1'),
    );
  }),
  ...onResources(
    stacks,
    'release taken back by an alarm that may stand',
    ['AWS::CodeDeploy::DeploymentGroup'],
    (properties) =>
      put(properties, ['AlarmConfiguration', 'Alarms', 0, 'Name'], 'serverlessapp-prod-intake-dead-letters'),
    'first of each type',
  ),
  ...onResources(
    stacks,
    'alarm over all versions of the workflow',
    ['AWS::CloudWatch::Alarm'],
    (properties) => {
      const dimensions = listOf(properties['Dimensions']);
      const others = dimensions.filter((dimension) => dig(dimension, 'Name') !== 'Version');
      return others.length < dimensions.length && put(properties, ['Dimensions'], others);
    },
  ),
  ...onResources(
    stacks,
    'bucket left behind by a failed creation',
    ['AWS::S3::Bucket'],
    (_properties, resource) => put(resource, ['DeletionPolicy'], 'Retain'),
    'first of each type',
  ),
  ...unreferenced(stacks, 'dead-letter queue named, not awaited'),
];
