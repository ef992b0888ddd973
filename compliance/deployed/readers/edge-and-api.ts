import {
  APIGatewayClient,
  GetAccountCommand,
  GetMethodCommand,
  GetRestApiCommand,
  GetStageCommand,
  GetStagesCommand,
  GetUsagePlansCommand,
  type MethodSetting,
} from '@aws-sdk/client-api-gateway';
import {
  GetLoggingConfigurationCommand,
  GetWebACLCommand,
  GetWebACLForResourceCommand,
  WAFV2Client,
} from '@aws-sdk/client-wafv2';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, besides } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { CHANGE, EXPOSURE, LOGGING } from '../controls';

// Every read of API Gateway's control plane is authorized by one action:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_apigateway.html
const apiGateway = callsOf(APIGatewayClient, 'apigateway');
const GET = 'apigateway:GET';
const getApi = apiGateway(GetRestApiCommand, GET);
const getStage = apiGateway(GetStageCommand, GET);
const getStages = apiGateway(GetStagesCommand, GET);
const getMethod = apiGateway(GetMethodCommand, GET);
// Not one by one: whoever may read the paths below a plan may read its keys with their values.
const getPlans = apiGateway(GetUsagePlansCommand, GET);
const getAccount = apiGateway(GetAccountCommand, GET);
const waf = callsOf(WAFV2Client, 'wafv2');
const getWebAcl = waf(GetWebACLCommand);
// The association is read with the web ACL that it leads to:
// https://docs.aws.amazon.com/waf/latest/APIReference/API_GetWebACLForResource.html
const getAssociated = waf(GetWebACLForResourceCommand, 'wafv2:GetWebACLForResource', 'wafv2:GetWebACL');
const getWafLogging = waf(GetLoggingConfigurationCommand);

const GONE = 'NotFound';

/** Settings by the path and method for which they are, `/*` and `*` being all. */
function settingsOf(path: string, setting: MethodSetting) {
  return [
    // `/*` and `*` are all; services differ in whether a path begins with a slash and how one within it is written.
    path.replaceAll('~1', '/').replace(/^\/+/, ''),
    `logging ${setting.loggingLevel ?? 'OFF'}`,
    `data trace ${String(setting.dataTraceEnabled ?? false)}`,
    `metrics ${String(setting.metricsEnabled ?? false)}`,
    `rate ${setting.throttlingRateLimit ?? ''} burst ${setting.throttlingBurstLimit ?? ''}`,
    `caching ${String(setting.cachingEnabled ?? false)}`,
  ].join(', ');
}

interface TemplateMethodSetting {
  readonly HttpMethod: string;
  readonly ResourcePath: string;
  readonly LoggingLevel?: string;
  readonly DataTraceEnabled?: boolean;
  readonly MetricsEnabled?: boolean;
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
  readonly CachingEnabled?: boolean;
}
const templateSettings = (all: readonly TemplateMethodSetting[] = []): string[] =>
  all.map((setting) =>
    settingsOf(`${setting.ResourcePath}/${setting.HttpMethod}`, {
      loggingLevel: setting.LoggingLevel,
      dataTraceEnabled: setting.DataTraceEnabled,
      metricsEnabled: setting.MetricsEnabled,
      throttlingRateLimit: setting.ThrottlingRateLimit,
      throttlingBurstLimit: setting.ThrottlingBurstLimit,
      cachingEnabled: setting.CachingEnabled,
    }),
  );

export const EDGE_AND_API: readonly Aspect[] = [
  {
    rule: 'api-settings',
    title: 'The API stands where its template says, with the policy and the protocols that it says.',
    controls: EXPOSURE,
    types: ['AWS::ApiGateway::RestApi'],
    calls: [getApi],
    properties: ['Name', 'Types', 'SecurityPolicy', 'DisableExecuteApiEndpoint', 'Policy'],
    expected: ({ properties }) => ({
      ...properties,
      Types: (properties['EndpointConfiguration'] as { Types?: string[] } | undefined)?.Types,
    }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(getApi, { restApiId: physicalId }), GONE);
      return (
        found && {
          Name: found.name,
          Types: found.endpointConfiguration?.types,
          SecurityPolicy: found.securityPolicy,
          DisableExecuteApiEndpoint: found.disableExecuteApiEndpoint,
          Policy: found.policy,
        }
      );
    },
  },
  {
    rule: 'api-stage',
    title:
      'The stage logs, traces and throttles as its template says, and publishes the deployment that it names.',
    controls: LOGGING,
    types: ['AWS::ApiGateway::Stage'],
    calls: [getStage],
    properties: [
      'DeploymentId',
      'AccessLogSetting',
      'TracingEnabled',
      'MethodSettings',
      'CacheClusterEnabled',
      'Variables',
      'CanarySetting',
    ],
    expected: ({ properties }) => ({
      ...properties,
      MethodSettings: templateSettings(properties['MethodSettings'] as TemplateMethodSetting[]),
    }),
    read: async (ask, { properties }) => {
      const found = await undefinedWhenMissing(
        ask(getStage, {
          restApiId: String(properties['RestApiId']),
          stageName: String(properties['StageName']),
        }),
        GONE,
      );
      return (
        found && {
          DeploymentId: found.deploymentId,
          AccessLogSetting: found.accessLogSettings && {
            DestinationArn: found.accessLogSettings.destinationArn,
            Format: found.accessLogSettings.format,
          },
          TracingEnabled: found.tracingEnabled,
          MethodSettings: Object.entries(found.methodSettings ?? {}).map(([path, setting]) =>
            settingsOf(path, setting),
          ),
          CacheClusterEnabled: found.cacheClusterEnabled,
          Variables: found.variables,
          CanarySetting: found.canarySettings,
        }
      );
    },
  },
  {
    rule: 'api-stages',
    title: 'The API is published in the stages of the templates only: another one stands behind no firewall.',
    controls: EXPOSURE,
    types: ['AWS::ApiGateway::RestApi'],
    calls: [getStages],
    properties: ['Stages'],
    expected: ({ physicalId }, region) => ({
      Stages: besides(region, 'AWS::ApiGateway::Stage', 'RestApiId', physicalId).map(
        ({ properties }) => properties['StageName'],
      ),
    }),
    read: async (ask, { physicalId: restApiId }) => {
      const found = await undefinedWhenMissing(ask(getStages, { restApiId }), GONE);
      return found && { Stages: (found.item ?? []).map(({ stageName }) => stageName) };
    },
  },
  {
    rule: 'api-method',
    title:
      'The method asks for the authorization that its template says, and leads to the function that it names.',
    controls: EXPOSURE,
    types: ['AWS::ApiGateway::Method'],
    calls: [getMethod, getApi],
    properties: ['AuthorizationType', 'ApiKeyRequired', 'RequestValidatorId', 'AuthorizerId', 'Type', 'Uri'],
    expected: ({ properties }) => {
      const integration = properties['Integration'] as { Type?: string; Uri?: string } | undefined;
      return { ...properties, Type: integration?.Type, Uri: integration?.Uri };
    },
    read: async (ask, { properties }) => {
      const restApiId = String(properties['RestApiId']);
      // The root has an id of its own, which no resource of the template tells.
      const resourceId =
        properties['ResourceId'] === restApiId
          ? (await undefinedWhenMissing(ask(getApi, { restApiId }), GONE))?.rootResourceId
          : String(properties['ResourceId']);
      const found = await undefinedWhenMissing(
        ask(getMethod, {
          restApiId,
          resourceId,
          httpMethod: String(properties['HttpMethod']),
        }),
        GONE,
      );
      return (
        found && {
          AuthorizationType: found.authorizationType,
          ApiKeyRequired: found.apiKeyRequired,
          RequestValidatorId: found.requestValidatorId,
          AuthorizerId: found.authorizerId,
          Type: found.methodIntegration?.type,
          Uri: found.methodIntegration?.uri,
        }
      );
    },
  },
  {
    rule: 'usage-plan',
    title: 'The plan allows what its template says.',
    controls: CHANGE,
    types: ['AWS::ApiGateway::UsagePlan'],
    calls: [getPlans],
    properties: ['Quota', 'Throttle', 'Stages'],
    expected: ({ properties }) => ({
      ...properties,
      Stages: ((properties['ApiStages'] ?? []) as { ApiId: string; Stage: string }[]).map(
        ({ ApiId, Stage }) => `${ApiId} ${Stage}`,
      ),
    }),
    read: async (ask, { physicalId }) => {
      const all = await allPages(
        (position) => ask(getPlans, { position, limit: 500 }),
        ({ items }) => items,
        ({ position }) => position,
      );
      const found = all.find(({ id }) => id === physicalId);
      return (
        found && {
          Quota: found.quota && {
            Limit: found.quota.limit,
            Period: found.quota.period,
            Offset: found.quota.offset === 0 ? undefined : found.quota.offset,
          },
          Throttle: found.throttle && {
            RateLimit: found.throttle.rateLimit,
            BurstLimit: found.throttle.burstLimit,
          },
          Stages: found.apiStages?.map(({ apiId = '', stage = '' }) => `${apiId} ${stage}`),
        }
      );
    },
  },
  {
    rule: 'api-log-role',
    title: 'API Gateway writes its logs with the role that the template names.',
    controls: LOGGING,
    types: ['AWS::ApiGateway::Account'],
    calls: [getAccount],
    properties: ['CloudWatchRoleArn'],
    read: async (ask) => ({ CloudWatchRoleArn: (await ask(getAccount, {})).cloudwatchRoleArn }),
  },
  {
    rule: 'firewall-rules',
    title: 'The firewall has the rules and actions of its template.',
    controls: EXPOSURE,
    types: ['AWS::WAFv2::WebACL'],
    calls: [getWebAcl],
    properties: ['DefaultAction', 'Rules'],
    expected: ({ properties }) => ({
      DefaultAction: Object.keys(properties['DefaultAction'] as object),
      Rules: ruleTexts(properties['Rules']),
    }),
    read: async (ask, { physicalId }) => {
      const [Name, Id] = physicalId.split('|');
      const found = await undefinedWhenMissing(
        ask(getWebAcl, { Name, Id, Scope: 'REGIONAL' }),
        'WAFNonexistentItem',
      );
      return (
        found?.WebACL && {
          DefaultAction: Object.keys(found.WebACL.DefaultAction ?? {}),
          Rules: ruleTexts(found.WebACL.Rules),
        }
      );
    },
  },
  {
    rule: 'firewall-association',
    title: 'The firewall that the template names stands before the API.',
    controls: EXPOSURE,
    types: ['AWS::WAFv2::WebACLAssociation'],
    calls: [getAssociated],
    properties: ['WebACLArn'],
    read: async (ask, { properties }) => {
      const found = await undefinedWhenMissing(
        ask(getAssociated, { ResourceArn: String(properties['ResourceArn']) }),
        'WAFNonexistentItem',
      );
      return { WebACLArn: found?.WebACL?.ARN };
    },
  },
  {
    rule: 'firewall-log',
    title: "The firewall's decisions are logged where the template says, without credentials.",
    controls: LOGGING,
    types: ['AWS::WAFv2::LoggingConfiguration'],
    calls: [getWafLogging],
    properties: ['LogDestinationConfigs', 'RedactedFields'],
    read: async (ask, { properties }) => {
      const found = await undefinedWhenMissing(
        ask(getWafLogging, { ResourceArn: String(properties['ResourceArn']) }),
        'WAFNonexistentItem',
      );
      const configuration = found?.LoggingConfiguration;
      return (
        configuration && {
          LogDestinationConfigs: configuration.LogDestinationConfigs,
          RedactedFields: configuration.RedactedFields,
        }
      );
    },
  },
];

interface FirewallRule {
  readonly Name?: string;
  readonly Priority?: number;
  readonly Action?: object;
  readonly OverrideAction?: object;
  readonly Statement?: unknown;
}

/** A rule's name, order and action, and its statement without what the service adds to it. */
function ruleTexts(rules: unknown): Readonly<Record<string, unknown>>[] {
  return ((rules ?? []) as FirewallRule[]).map(
    ({ Name, Priority, Action = {}, OverrideAction = {}, Statement }) => ({
      Name,
      Priority,
      Action: [...Object.keys(Action), ...Object.keys(OverrideAction).map((action) => `override ${action}`)],
      Statement: withoutEncoding(Statement),
    }),
  );
}

/** A text to search for comes back as bytes. */
function withoutEncoding(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(withoutEncoding);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutEncoding(item)]));
  return value;
}
