import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { AwsCall, CallResource } from '../../../lambda/aws-calls';
import { FUNCTION_CALLS, type FunctionId } from '../../../lambda/functions';
import type { Names } from '../../names';
import { SERVICES } from '../../network/services';

/**
 * The one ARN that a declared call's resource stands for.
 * @throws Error when no service has such a resource.
 */
export function callResourceArn(resource: CallResource, names: Names): string {
  const [arn] = SERVICES.flatMap((service) => service.arnOf(resource, names) ?? []);
  if (arn === undefined) throw new Error(`No service in lib/network/services has the resource ${resource}.`);
  return arn;
}

const callConditions = (resource: CallResource, calls: readonly AwsCall[]): Record<string, object> =>
  Object.assign({}, ...SERVICES.map(({ conditions }) => conditions?.(resource, calls))) as Record<
    string,
    object
  >;

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
      new PolicyStatement({
        sid: sidOf(resource),
        actions,
        resources: [callResourceArn(resource, names)],
        conditions: callConditions(resource, FUNCTION_CALLS[id]),
      }),
  );
}
