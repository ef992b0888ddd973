import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import {
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListRolesCommand,
  ListSAMLProvidersCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { callsOf } from '../../../tools/aws/read-call';
import { stageConfigOf } from '../../proofs/iam/account-policies';
import type { Ask, ExpectedRegion, Finding, LiveCheck } from '../aspect';
import { allPages } from '../ask';
import { ACCESS } from '../controls';

const iam = callsOf(IAMClient, 'iam');
const listRoles = iam(ListRolesCommand);
const listUsers = iam(ListUsersCommand);
const listOidc = iam(ListOpenIDConnectProvidersCommand);
const listSaml = iam(ListSAMLProvidersCommand);
const listStackResources = callsOf(CloudFormationClient, 'cloudformation')(ListStackResourcesCommand);
const lambda = callsOf(LambdaClient, 'lambda');
const listFunctions = lambda(ListFunctionsCommand);
const listMappings = lambda(ListEventSourceMappingsCommand);
const listRules = callsOf(EventBridgeClient, 'events')(ListRulesCommand);
const listSchedules = callsOf(SchedulerClient, 'scheduler')(ListSchedulesCommand);
const listMachines = callsOf(SFNClient, 'states')(ListStateMachinesCommand);
const listApis = callsOf(APIGatewayClient, 'apigateway')(GetRestApisCommand, 'apigateway:GET');

/** What the CDK puts into an account before anything is deployed. */
const BOOTSTRAP = 'CDKToolkit';
/**
 * Paths that only AWS gives: of its services' own roles, and of IAM Identity Center's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
 */
const OF_AWS = /^\/(aws-service-role|aws-reserved)\//;

/** One kind of thing that can do something by itself. */
interface Kind {
  readonly type: string;
  /** As CloudFormation names those that were evaluated; the type itself unless said. */
  readonly evaluatedAs?: readonly string[];
  /** Whether the account has one list of them, whatever the region. */
  readonly global?: true;
  /** Names or ARNs of all that there are, without what AWS itself put there. */
  readonly list: (ask: Ask) => Promise<readonly string[]>;
}

const named = (names: readonly (string | undefined)[]): string[] =>
  names.flatMap((name) => (name === undefined ? [] : [name]));
const marker = (page: { IsTruncated?: boolean | undefined; Marker?: string | undefined }) =>
  page.IsTruncated === true ? page.Marker : undefined;

/** Roles of the CDK's bootstrap stack; none where there is no such stack. */
async function bootstrapRoles(ask: Ask): Promise<Set<string>> {
  try {
    const resources = await allPages(
      (NextToken) => ask(listStackResources, { StackName: BOOTSTRAP, NextToken }),
      ({ StackResourceSummaries }) => StackResourceSummaries,
      ({ NextToken }) => NextToken,
    );
    return new Set(
      named(
        resources
          .filter(({ ResourceType }) => ResourceType === 'AWS::IAM::Role')
          .map(({ PhysicalResourceId }) => PhysicalResourceId),
      ),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return new Set();
    throw error;
  }
}

const KINDS: readonly Kind[] = [
  {
    type: 'AWS::IAM::Role',
    global: true,
    list: async (ask) => {
      const all = await allPages(
        (Marker) => ask(listRoles, { Marker }),
        ({ Roles }) => Roles,
        marker,
      );
      const bootstrap = await bootstrapRoles(ask);
      return named(all.filter(({ Path = '' }) => !OF_AWS.test(Path)).map(({ RoleName }) => RoleName)).filter(
        (name) => !bootstrap.has(name),
      );
    },
  },
  {
    type: 'AWS::IAM::User',
    global: true,
    list: async (ask) =>
      named(
        (
          await allPages(
            (Marker) => ask(listUsers, { Marker }),
            ({ Users }) => Users,
            marker,
          )
        ).map(({ UserName }) => UserName),
      ),
  },
  {
    type: 'AWS::IAM::OIDCProvider',
    evaluatedAs: ['AWS::IAM::OIDCProvider', 'AWS::IAM::SAMLProvider'],
    global: true,
    list: async (ask) => [
      ...named(((await ask(listOidc, {})).OpenIDConnectProviderList ?? []).map(({ Arn }) => Arn)),
      // Identity Center keeps one of its own in every account that it lets people into.
      ...named(((await ask(listSaml, {})).SAMLProviderList ?? []).map(({ Arn }) => Arn)).filter(
        (arn) => !/:saml-provider\/AWSSSO_[0-9a-f]+_DO_NOT_DELETE$/.test(arn),
      ),
    ],
  },
  {
    type: 'AWS::Lambda::Function',
    list: async (ask) =>
      named(
        (
          await allPages(
            (Marker) => ask(listFunctions, { Marker }),
            ({ Functions }) => Functions,
            ({ NextMarker }) => NextMarker,
          )
        ).map(({ FunctionName }) => FunctionName),
      ),
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    list: async (ask) =>
      named(
        (
          await allPages(
            (Marker) => ask(listMappings, { Marker }),
            ({ EventSourceMappings }) => EventSourceMappings,
            ({ NextMarker }) => NextMarker,
          )
        ).map(({ UUID }) => UUID),
      ),
  },
  {
    type: 'AWS::Events::Rule',
    list: async (ask) =>
      named(
        (
          await allPages(
            (NextToken) => ask(listRules, { NextToken }),
            ({ Rules }) => Rules,
            ({ NextToken }) => NextToken,
          )
        )
          // A service's own rule, which nobody else can make or change.
          .filter(({ ManagedBy }) => ManagedBy === undefined)
          .map(({ Name }) => Name),
      ),
  },
  {
    type: 'AWS::Scheduler::Schedule',
    list: async (ask) =>
      named(
        (
          await allPages(
            (NextToken) => ask(listSchedules, { NextToken }),
            ({ Schedules }) => Schedules,
            ({ NextToken }) => NextToken,
          )
        ).map(({ Name }) => Name),
      ),
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    list: async (ask) =>
      named(
        (
          await allPages(
            (nextToken) => ask(listMachines, { nextToken }),
            ({ stateMachines }) => stateMachines,
            ({ nextToken }) => nextToken,
          )
        ).map(({ stateMachineArn }) => stateMachineArn),
      ),
  },
  {
    type: 'AWS::ApiGateway::RestApi',
    list: async (ask) =>
      named(
        (
          await allPages(
            (position) => ask(listApis, { position, limit: 500 }),
            ({ items }) => items,
            ({ position }) => position,
          )
        ).map(({ id }) => id),
      ),
  },
];

/** The last part of an id that CloudFormation composes: `default|NAME` of a rule, `GROUP|NAME` of a schedule. */
const lastPart = (id: string): string => id.split('|').at(-1) ?? id;

async function ofKind(
  ask: Ask,
  { type, evaluatedAs = [type], list }: Kind,
  evaluated: ExpectedRegion['everywhere'],
  kept: readonly string[],
) {
  const subject = { resourceType: type };
  try {
    const known = new Set([
      ...(type === 'AWS::IAM::Role' ? kept : []),
      ...evaluated
        .filter((resource) => evaluatedAs.includes(resource.type))
        .flatMap(({ physicalId }) => [physicalId, lastPart(physicalId)]),
    ]);
    const all = await list(ask);
    const strangers = all.filter((name) => !known.has(name));
    return strangers.length === 0
      ? [{ ...subject, resource: type, problems: [], seen: `${all.length}, all of them evaluated` }]
      : strangers.map((resource): Finding => ({
          ...subject,
          resource,
          problems: ['it is in the account and in no evaluated stack'],
          seen: '',
        }));
  } catch (error) {
    return [{ ...subject, resource: type, problems: [], seen: '', error }];
  }
}

/** What somebody made beside the stacks, and can do something by itself: no comparison with a template finds it. */
export const UNEVALUATED: readonly LiveCheck[] = [
  {
    rule: 'account-unevaluated',
    title:
      'Nothing that acts is in the account but what was evaluated, what the CDK needs and what AWS keeps there.',
    controls: ACCESS,
    remedy:
      'Find in CloudTrail who made it; delete it, or have it evaluated. What the organisation keeps in every account stands in organizationRoles (lib/config/base.ts).',
    calls: [
      ...[listRoles, listUsers, listOidc, listSaml, listStackResources],
      ...[listFunctions, listMappings, listRules, listSchedules, listMachines, listApis],
    ],
    look: async (ask, region) => {
      const [first] = region.resources;
      if (first === undefined) return [];
      const { region: home, organizationRoles } = stageConfigOf(first.stack);
      const isHome = region.place.region === home;
      const kinds = KINDS.filter(({ global }) => global !== true || isHome);
      return (
        await Promise.all(
          kinds.map((kind) =>
            ofKind(ask, kind, kind.global ? region.everywhere : region.resources, organizationRoles),
          ),
        )
      ).flat();
    },
  },
];
