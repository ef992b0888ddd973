import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { Names } from '../../names';
import { loadPolicy, PolicyError } from '../../policies';
import { actionsThrough, callersOf, type EndpointService, serviceDefinition } from '../../network/services';

interface PolicyJson {
  Statement: { Action: string | string[] }[];
}

/**
 * The policy of an endpoint, `policies/endpoints/SERVICE.json`. The file names the actions itself, so that a new call
 * needs the consent of whoever owns the policies; synth compares it with what the functions declare.
 * @throws PolicyError when the file allows another set of actions than the functions call.
 */
export function endpointPolicy(service: EndpointService, names: Names): PolicyDocument {
  const callers = callersOf(service);
  const document = loadPolicy(`endpoints/${service}`, {
    Account: names.account,
    Callers: callers.map((id) => names.functionRoleArn(id)),
    ...serviceDefinition(service).placeholders(names),
  });
  const { Statement } = document.toJSON() as PolicyJson;
  const allowed = [...new Set(Statement.flatMap(({ Action }) => Action))].sort();
  const called = actionsThrough(service);
  const missing = called.filter((action) => !allowed.includes(action));
  const idle = allowed.filter((action) => !called.includes(action));
  if (missing.length > 0 || idle.length > 0)
    throw new PolicyError(
      `policies/endpoints/${service}.json and the definitions of the functions differ: not allowed but called: ` +
        `${missing.join(', ') || 'none'}; allowed but not called: ${idle.join(', ') || 'none'}.`,
    );
  return document;
}
