import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { actionsMatching, authorizedOn, exampleOf } from '../../compliance/service-reference/reference';
import { routesOf } from '../../compliance/rules/proofs/iam/api-routes';
import { globMatches } from '../../compliance/rules/proofs/iam/wildcards';
import { matchesLine, parseFilterPattern } from '../../compliance/rules/proofs/signals/filter-pattern';
import { EVENT_NAMES } from '../../compliance/rules/proofs/signals/sample-lines';
import type { TemplateSet } from '../../compliance/rules/proofs/model/template-set';
import { type AttackWorld, NOTHING_CHANGED } from '../../compliance/rules/proofs/attack/attack-world';

/**
 * Services of which something of ours is evidence, control, store or a way between them: an administrator of an account
 * is asked for every action of theirs that changes something. Networks (ec2) are asked by the goals and by proof-network.
 */
export const ASKED_SERVICES = [
  'access-analyzer',
  'apigateway',
  'backup',
  'budgets',
  'ce',
  'cloudformation',
  'cloudtrail',
  'cloudwatch',
  'codebuild',
  'codeconnections',
  'codedeploy',
  'codepipeline',
  'codestar-connections',
  'config',
  'dynamodb',
  'events',
  'execute-api',
  'guardduty',
  'iam',
  'kms',
  'lambda',
  'logs',
  'macie2',
  'ram',
  'route53resolver',
  's3',
  'scheduler',
  'secretsmanager',
  'securityhub',
  'sns',
  'sqs',
  'ssm',
  'states',
  'sts',
  'wafv2',
] as const;

/**
 * Services of what tells, of what watches and of what is evidence: CloudFormation's roles, which change everything else by
 * design, are asked for these alone.
 */
export const TELLING_SERVICES = [
  'access-analyzer',
  'backup',
  'cloudtrail',
  'cloudwatch',
  'config',
  'dynamodb',
  'events',
  'guardduty',
  'iam',
  'kms',
  'logs',
  'macie2',
  's3',
  'securityhub',
  'sns',
  'wafv2',
] as const;

/** Access levels of what changes something; the others read, list or tag. */
const CHANGES: ReadonlySet<string> = new Set(['Write', 'Permissions management']);
const ARN_ATTRIBUTES = ['Arn', 'TopicArn', 'BackupVaultArn', 'PolicyArn', 'StreamArn'] as const;

/** What is asked for: everything of one account that has an ARN, an object in each bucket, a stream in each log, each route that IAM guards. */
function arnsOf(set: TemplateSet, account: string, region: string): string[] {
  const own = set
    .resources()
    .filter((resource) => resource.account === account && resource.region === region)
    .flatMap((resource) => [
      set.refOf(resource),
      ...ARN_ATTRIBUTES.filter((attribute) => set.knowsAttribute(resource, attribute)).map((attribute) =>
        set.attributeOf(resource, attribute),
      ),
    ])
    .filter((text) => text.startsWith('arn:'));
  const routes = set
    .resources('AWS::ApiGateway::RestApi')
    .filter((api) => api.account === account && api.region === region)
    .flatMap((api) => routesOf(set, api).filter(({ guard }) => guard === 'signature'))
    .map(({ arn }) => arn);
  return [...new Set([...own, ...routes])].flatMap((arn) => {
    if (arn.startsWith('arn:aws:s3:::')) return [arn, `${arn}/AWSLogs/x`];
    const group = /^(arn:aws:logs:.*):\*$/.exec(arn)?.[1];
    return group === undefined ? [arn] : [group, `${group}:log-stream:x`];
  });
}

/** A call that nothing refuses to an administrator. */
export interface UnrefusedCall {
  /** `sns:Subscribe` */
  readonly action: string;
  /** On what; something made up where nothing of ours is of the kind. */
  readonly resource: string;
}

/**
 * Every action of some services that changes something and that an administrator of an account, or another holder of it,
 * may do, by AWS's own list of actions, on anything of ours; on something of his own making where we have nothing of the kind.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export function unrefusedCalls(
  world: AttackWorld,
  account: string,
  holder = world.administrator(account),
  services: readonly (typeof ASKED_SERVICES)[number][] = ASKED_SERVICES,
): UnrefusedCall[] {
  const { region, deliveryAccount } = world.config;
  const { set } = account === deliveryAccount ? world.delivery : world.application;
  const ours = arnsOf(set, account, region);
  const actions = services.flatMap((service) => actionsMatching(`${service}:*`));
  return actions
    .filter(({ accessLevel }) => CHANGES.has(accessLevel))
    .flatMap((action): UnrefusedCall[] => {
      const known = ours.filter((arn) => authorizedOn(action, arn));
      const asked =
        known.length > 0 || action.resources.length === 0
          ? known
          : action.resources.map((pattern) => exampleOf(pattern, { account, region }));
      const resource = (asked.length > 0 ? asked : ['*']).find(
        (each) =>
          world.decide(holder, { action: action.id, resource: each }, NOTHING_CHANGED).decision === 'allow',
      );
      return resource === undefined ? [] : [{ action: action.id, resource }];
    });
}

/**
 * Whether a filter of the trail counts the call, whoever makes it, by the names that its record has.
 * @param address from which it is called, which in a release is CloudFormation's name
 */
export function isTold(action: string, patterns: readonly string[], address = '203.0.113.64'): boolean {
  const [service = '', name = ''] = action.split(':');
  const [source = service] =
    Object.entries(EVENT_NAMES.prefixes).find(([, prefix]) => prefix === service) ?? [];
  const known = EVENT_NAMES.actions.find((each) => each.action === action && each.on === undefined);
  const eventSource = `${known?.source ?? source}.amazonaws.com`;
  return (known?.names ?? [name]).every((eventName) => {
    const line = JSON.stringify({ eventSource, eventName, readOnly: false, sourceIPAddress: address });
    return patterns.some((pattern) => matchesLine(parseFilterPattern(pattern), line));
  });
}

const entriesSchema = z.array(
  z.strictObject({
    /** Patterns of actions of one reason: `cloudtrail:*Dashboard`. */
    actions: z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z0-9*]*[A-Za-z]{3}[A-Za-z0-9*]*$/)).min(1),
    /** Of which alone it is said: administrators of an account, or CloudFormation's roles in releases; all without. */
    in: z.enum(['production', 'delivery', 'releases']).optional(),
    /** Why nobody need be kept from it, and nobody be told. */
    because: z.string().trim().min(30),
  }),
);
export type HarmlessCalls = z.infer<typeof entriesSchema>[number];

/** Of whom an entry may speak alone. */
export type Asked = NonNullable<HarmlessCalls['in']>;

/** Reviewed: what an administrator, or a release, may do unrefused and untold. @throws ZodError when the file is not valid */
export const loadHarmlessCalls = (): HarmlessCalls[] =>
  entriesSchema.parse(parse(readFileSync(path.join(PROJECT_ROOT, 'policies/harmless-calls.yaml'), 'utf8')));

/** Whether an entry speaks of an action of somebody. */
export const speaksOf = ({ actions, in: only }: HarmlessCalls, action: string, where: Asked): boolean =>
  (only ?? where) === where &&
  actions.some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()));
