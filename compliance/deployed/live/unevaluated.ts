import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { BackupClient, ListBackupPlansCommand } from '@aws-sdk/client-backup';
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { CodePipelineClient, ListPipelinesCommand } from '@aws-sdk/client-codepipeline';
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
import * as z from 'zod';
import { jsonCallsOf } from '../../../tools/aws/json-call';
import { callsOf } from '../../../tools/aws/read-call';
import { stageConfigOf } from '../../rules/proofs/iam/account-policies';
import { type Ask, type ExpectedResource, type Finding, type LiveCheck, nameIn } from '../aspect';
import { allPages, marker } from '../ask';
import { ACCESS } from '../controls';
import { bootstrapResources, LIST_RESOURCES } from '../stacks';

const iam = callsOf(IAMClient, 'iam');
const listRoles = iam(ListRolesCommand);
const listUsers = iam(ListUsersCommand);
const listOidc = iam(ListOpenIDConnectProvidersCommand);
const listSaml = iam(ListSAMLProvidersCommand);
const lambda = callsOf(LambdaClient, 'lambda');
const listFunctions = lambda(ListFunctionsCommand);
const listMappings = lambda(ListEventSourceMappingsCommand);
const listRules = callsOf(EventBridgeClient, 'events')(ListRulesCommand);
const listSchedules = callsOf(SchedulerClient, 'scheduler')(ListSchedulesCommand);
const listMachines = callsOf(SFNClient, 'states')(ListStateMachinesCommand);
const listApis = callsOf(APIGatewayClient, 'apigateway')(GetRestApisCommand, 'apigateway:GET');
const describeTrails = callsOf(CloudTrailClient, 'cloudtrail')(DescribeTrailsCommand);
const listPlans = callsOf(BackupClient, 'backup')(ListBackupPlansCommand);
const listPipelines = callsOf(CodePipelineClient, 'codepipeline')(ListPipelinesCommand);
/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListProjects.html */
const listProjects = jsonCallsOf({ prefix: 'codebuild', target: 'CodeBuild_20161006', host: 'codebuild' })<
  { readonly nextToken: string | undefined },
  { projects?: string[] | undefined; nextToken?: string | undefined }
>('ListProjects', z.object({ projects: z.array(z.string()).optional(), nextToken: z.string().optional() }));

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
  /**
   * Whether it does nothing without a role that trusts its service. Somebody's own role is found as a role, so that it is
   * asked only where the templates of the account have one of its type, and with it such a role.
   */
  readonly byRole?: true;
  /** How the list names one that was evaluated; by its id unless said. */
  readonly idOf?: (resource: ExpectedResource) => string;
  /** Names or ARNs of all that there are, without what AWS itself put there. */
  readonly list: (ask: Ask) => Promise<readonly string[]>;
}

const named = (names: readonly (string | undefined)[]): string[] =>
  names.flatMap((name) => (name === undefined ? [] : [name]));

/** All that a list has, page by page, each by what it is known by. */
const listed = async <P, T>(
  page: (token: string | undefined) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
  next: (page: P) => string | undefined,
  name: (item: T) => string | undefined,
): Promise<string[]> => named((await allPages(page, items, next)).map(name));

/** A schedule's name is one of its group's alone. */
const ofGroup = (group: string | undefined, name: string): string => `${group ?? 'default'}|${name}`;

const KINDS: readonly Kind[] = [
  {
    type: 'AWS::IAM::Role',
    global: true,
    list: (ask) =>
      listed(
        (Marker) => ask(listRoles, { Marker }),
        ({ Roles }) => Roles?.filter(({ Path = '' }) => !OF_AWS.test(Path)),
        marker,
        ({ RoleName }) => RoleName,
      ),
  },
  {
    type: 'AWS::IAM::User',
    global: true,
    list: (ask) =>
      listed(
        (Marker) => ask(listUsers, { Marker }),
        ({ Users }) => Users,
        marker,
        ({ UserName }) => UserName,
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
    list: (ask) =>
      listed(
        (Marker) => ask(listFunctions, { Marker }),
        ({ Functions }) => Functions,
        ({ NextMarker }) => NextMarker,
        ({ FunctionName }) => FunctionName,
      ),
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    list: (ask) =>
      listed(
        (Marker) => ask(listMappings, { Marker }),
        ({ EventSourceMappings }) => EventSourceMappings,
        ({ NextMarker }) => NextMarker,
        ({ UUID }) => UUID,
      ),
  },
  {
    type: 'AWS::Events::Rule',
    // One of another bus has that bus in its id, and is not in this list.
    idOf: ({ physicalId }) => physicalId.replace(/^default\|/, ''),
    list: (ask) =>
      listed(
        (NextToken) => ask(listRules, { NextToken }),
        // A service's own rule, which nobody else can make or change, is nobody's.
        ({ Rules }) => Rules?.filter(({ ManagedBy }) => ManagedBy === undefined),
        ({ NextToken }) => NextToken,
        ({ Name }) => Name,
      ),
  },
  {
    type: 'AWS::Scheduler::Schedule',
    // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ScheduleSummary.html
    idOf: (schedule) =>
      ofGroup(
        schedule.properties['GroupName'] === undefined ? undefined : nameIn(schedule, 'GroupName'),
        nameIn(schedule, 'Name').replace(/^.*\|/, ''),
      ),
    list: (ask) =>
      listed(
        (NextToken) => ask(listSchedules, { NextToken }),
        ({ Schedules }) => Schedules,
        ({ NextToken }) => NextToken,
        ({ GroupName, Name }) => (Name === undefined ? undefined : ofGroup(GroupName, Name)),
      ),
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    list: (ask) =>
      listed(
        (nextToken) => ask(listMachines, { nextToken }),
        ({ stateMachines }) => stateMachines,
        ({ nextToken }) => nextToken,
        ({ stateMachineArn }) => stateMachineArn,
      ),
  },
  {
    type: 'AWS::ApiGateway::RestApi',
    list: (ask) =>
      listed(
        (position) => ask(listApis, { position, limit: 500 }),
        ({ items }) => items,
        ({ position }) => position,
        ({ id }) => id,
      ),
  },
  {
    // It tells another bucket of everything.
    type: 'AWS::CloudTrail::Trail',
    list: async (ask) =>
      named(
        ((await ask(describeTrails, { includeShadowTrails: false })).trailList ?? [])
          // Only the organisation makes one of its own, and nobody here can change it.
          .filter(({ IsOrganizationTrail }) => IsOrganizationTrail !== true)
          .map(({ Name }) => Name),
      ),
  },
  {
    type: 'AWS::Backup::BackupPlan',
    byRole: true,
    list: (ask) =>
      listed(
        (NextToken) => ask(listPlans, { NextToken }),
        ({ BackupPlansList }) => BackupPlansList,
        ({ NextToken }) => NextToken,
        ({ BackupPlanId }) => BackupPlanId,
      ),
  },
  {
    type: 'AWS::CodePipeline::Pipeline',
    byRole: true,
    list: (ask) =>
      listed(
        (nextToken) => ask(listPipelines, { nextToken }),
        ({ pipelines }) => pipelines,
        ({ nextToken }) => nextToken,
        ({ name }) => name,
      ),
  },
  {
    type: 'AWS::CodeBuild::Project',
    byRole: true,
    list: (ask) =>
      listed(
        (nextToken) => ask(listProjects, { nextToken }),
        ({ projects }) => projects,
        ({ nextToken }) => nextToken,
        (name) => name,
      ),
  },
];

/** @param kept - tells which of them, evaluated or not, are to be there. */
async function ofKind(
  ask: Ask,
  { type, evaluatedAs = [type], idOf = ({ physicalId }) => physicalId, list }: Kind,
  evaluated: readonly ExpectedResource[],
  kept: () => Promise<readonly string[]>,
) {
  const subject = { resourceType: type };
  try {
    const known = new Set([
      ...(await kept()),
      ...evaluated.filter((resource) => evaluatedAs.includes(resource.type)).map(idOf),
    ]);
    const all = await list(ask);
    const strangers = all.filter((name) => !known.has(name));
    return strangers.length === 0
      ? [{ ...subject, resource: type, problems: [], seen: `${all.length}, none of them beside the stacks` }]
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
      'The account has no role, user, identity provider, function, event source mapping, rule on the default event bus, schedule, state machine, REST API, trail, backup plan, pipeline or build project but those of the templates, and those that the CDK, the organisation or AWS keeps there.',
    controls: ACCESS,
    remedy:
      'Find in CloudTrail who made it; delete it, or have it evaluated. What the organisation keeps in every account stands in organizationRoles (lib/config/base.ts).',
    calls: [
      ...[listRoles, listUsers, listOidc, listSaml, LIST_RESOURCES],
      ...[listFunctions, listMappings, listRules, listSchedules, listMachines, listApis],
      ...[describeTrails, listPlans, listPipelines, listProjects],
    ],
    look: async (ask, region, _now, elsewhere) => {
      const [first] = region.resources;
      if (first === undefined) return [];
      const { region: primary, organizationRoles } = stageConfigOf(first.stack);
      const isPrimary = region.place.region === primary;
      const ofAccount = region.everywhere.filter(({ place }) => place.account === region.place.account);
      const types = new Set(ofAccount.map(({ type }) => type));
      const kinds = KINDS.filter(
        ({ type, global, byRole }) => (global !== true || isPrimary) && (byRole !== true || types.has(type)),
      );
      // IAM lists the roles of every region's bootstrap; each region's own stack says which they are.
      const keptRoles = async () => [
        ...organizationRoles,
        ...(await Promise.all([ask, ...elsewhere].map(bootstrapResources)))
          .flat()
          .filter(({ type }) => type === 'AWS::IAM::Role')
          .map(({ physicalId }) => physicalId),
      ];
      return (
        await Promise.all(
          kinds.map((kind) =>
            ofKind(
              ask,
              kind,
              kind.global ? ofAccount : region.resources,
              kind.type === 'AWS::IAM::Role' ? keptRoles : () => Promise.resolve([]),
            ),
          ),
        )
      ).flat();
    },
  },
];
