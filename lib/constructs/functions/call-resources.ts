import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CallResource, FUNCTION_CALLS } from '../../../lambda/aws-calls';
import type { FunctionId } from '../../../lambda/function-ids';
import type { Names } from '../../names';

/** The one ARN that a declared call's resource stands for. */
export function callResourceArn(resource: CallResource, names: Names): string {
  if (resource.startsWith('object:'))
    return `${names.bucketArn(names.pictureBucket)}/${resource.slice('object:'.length)}`;
  const table = names.tableArn(names.detectionLogsTable);
  const arns: Record<Exclude<CallResource, `object:${string}`>, string> = {
    'bucket:pictures': names.bucketArn(names.pictureBucket),
    'table:DetectionLogs': table,
    'index:DetectionLogs/*': `${table}/index/*`,
    'table:ErasureLedger': names.tableArn(names.erasureLedgerTable),
    'topic:review': names.topicArn(names.reviewTopic),
    'stateMachine:classification': names.stateMachineAliasArn,
    'parameter:thresholds': names.parameterArn(names.thresholdsParameter),
    'parameter:clients/*': names.parameterArn(`${names.clientParameterPrefix}/*`),
    'secret:cursor': names.secretArnPattern(names.cursorSecret),
    '*': '*',
  };
  return arns[resource as keyof typeof arns];
}

const sidOf = (resource: string): string => {
  const words = resource === '*' ? ['any', 'resource'] : resource.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return `Call${words.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('')}`;
};

/** What the function's code may do: its declared calls, one statement for each resource, nothing else. */
export function callStatements(id: FunctionId, names: Names): PolicyStatement[] {
  const byResource = new Map<CallResource, string[]>();
  for (const { action, resource } of FUNCTION_CALLS[id]) {
    byResource.set(resource, [...(byResource.get(resource) ?? []), action]);
  }
  return [...byResource].map(
    ([resource, actions]) =>
      new PolicyStatement({ sid: sidOf(resource), actions, resources: [callResourceArn(resource, names)] }),
  );
}
