import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { AnyReadCall } from '../../tools/aws/read-call';
import { actionsMatching } from '../service-reference/reference';
import { HISTORY_CALLS } from '../series/config-history';
import { LIVE_CHECKS } from './live/checks';
import { ASPECTS } from './readers/aspects';
import { DRIFT_CALLS, DRIFT_LEAVES_OUT, STACK_CALLS } from './stacks';

/** Every call that the code can make: no check can make one that it does not declare. */
export const READ_CALLS: readonly AnyReadCall[] = [
  ...STACK_CALLS,
  ...DRIFT_CALLS,
  ...ASPECTS.flatMap(({ calls }) => calls),
  ...LIVE_CHECKS.flatMap(({ calls }) => calls),
  ...HISTORY_CALLS,
];

/** Of what answers more than configuration, only what is this system's. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  // Neither /apikeys nor what lies below a plan: they are read with their values where the caller asks for them.
  'apigateway:GET': ['/account', '/restapis', '/restapis/*', '/usageplans'].map(
    (resource) => `arn:aws:apigateway:*::${resource}`,
  ),
  'ssm:GetParameter': ['arn:aws:ssm:*:*:parameter/serverlessapp-*'],
  'ssm:GetParameters': ['arn:aws:ssm:*:*:parameter/serverlessapp-*'],
};

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[] | '*';
}
/** A policy document. */
export interface ReaderPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

function policy(sid: string, actions: readonly string[]): ReaderPolicy {
  const limited = actions.filter((action) => action in RESOURCES);
  const byResources = new Map<string, string[]>();
  for (const action of limited) {
    const key = JSON.stringify(RESOURCES[action]);
    byResources.set(key, [...(byResources.get(key) ?? []), action]);
  }
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: sid,
        Effect: 'Allow',
        Action: actions.filter((action) => !(action in RESOURCES)),
        Resource: '*',
      },
      ...[...byResources].map(([resources, own], index): Statement => ({
        Sid: `${sid}OfThisSystem${index + 1}`,
        Effect: 'Allow',
        Action: own,
        Resource: JSON.parse(resources) as string[],
      })),
    ],
  };
}

const unique = (actions: readonly string[]): string[] => [...new Set(actions)].sort();

const handlersSchema = z.object({
  types: z.record(z.string(), z.object({ read: z.array(z.string()).optional() })),
});

/** AWS's own classes of actions that change nothing. */
const READS = new Set(['Read', 'List']);
/** Where a firewall can be attached to, and ours is not: the handler of an association knows all of it. */
const OF_OTHER_FIREWALLED =
  /^(amplify|apprunner|appsync|bedrock-agentcore|cognito-idp|elasticloadbalancing):|^ec2:GetVerifiedAccess/;
/** Read what it is for, not how it is set up. */
const READS_DATA = new Set(['secretsmanager:GetSecretValue', 'billing:GetBillingViewData', 's3:ListBucket']);

/**
 * What CloudFormation asks with the caller's permissions when it compares a stack: what the handlers of the types need to
 * read, as their schemas say. Of it only reads: some schemas name for reading what the handler does to change.
 */
function driftReads(): string[] {
  const file = path.resolve(__dirname, '../rules/proofs/deployer/handlers.json');
  const { types } = handlersSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.entries(types)
    .filter(([type]) => !(type in DRIFT_LEAVES_OUT))
    .flatMap(([, { read = [] }]) => read)
    .flatMap((pattern) => actionsMatching(pattern))
    .filter(
      ({ id, accessLevel }) => READS.has(accessLevel) && !READS_DATA.has(id) && !OF_OTHER_FIREWALLED.test(id),
    )
    .map(({ id }) => id);
}

/** Their files, which the templates take, by path from the root. */
export const readerPolicyFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(readerPolicies()).map(([name, document]) => [
      `policies/identity/${name}.json`,
      `${JSON.stringify(document, undefined, 2)}\n`,
    ]),
  );

/** By the names of their files in `policies/identity/`; two, since IAM takes 6,144 characters in one. */
export function readerPolicies(): Readonly<
  Record<'evidence-reader' | 'evidence-reader-drift', ReaderPolicy>
> {
  const own = unique(READ_CALLS.flatMap(({ actions }) => actions));
  const drift = unique(driftReads()).filter((action) => !own.includes(action));
  return {
    'evidence-reader': policy('AskWhatIsDeployed', own),
    'evidence-reader-drift': policy('CompareStacks', drift),
  };
}
