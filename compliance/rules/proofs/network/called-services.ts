import type { AwsCall } from '../../../../lambda/aws-calls';
import type { FunctionId } from '../../../../lambda/functions';
import { ModelError } from '../model/errors';

/** The calls that each function's code makes. */
export type DeclaredCalls = Readonly<Partial<Record<FunctionId, readonly AwsCall[]>>>;

/**
 * The endpoint service that carries a call's action; most are the action's prefix. Not read from lib/network/services, from
 * which the endpoints are made: a service that is wrong there must not be right here.
 */
const SERVICES: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  kms: 'kms',
  rekognition: 'rekognition',
  s3: 's3',
  secretsmanager: 'secretsmanager',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
};

/** StartSyncExecution has its own host, and with it an endpoint of its own. */
const EXCEPTIONS: Readonly<Record<string, string>> = { 'states:StartSyncExecution': 'sync-states' };

/**
 * The services whose endpoints a function's calls go through.
 * @throws ModelError for an action whose endpoint is not known here.
 */
export function calledServices(calls: readonly AwsCall[]): string[] {
  const services = calls.map(({ action }) => {
    const service = EXCEPTIONS[action] ?? SERVICES[action.split(':')[0] ?? ''];
    if (service === undefined) {
      throw new ModelError('unresolved-reference', action, 'no VPC endpoint is known for this action');
    }
    return service;
  });
  return [...new Set(services)].sort();
}
