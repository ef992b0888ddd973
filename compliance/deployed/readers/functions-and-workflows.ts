import {
  GetAliasCommand,
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import {
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { callsOf } from '../../../tools/aws/read-call';
import { type Aspect, type ExpectedResource, NotComparedError } from '../aspect';
import { allPages, undefinedWhenMissing } from '../ask';
import { parsed } from '../compare';
import { ACCESS, CHANGE, EXPOSURE, REST } from '../controls';

const lambda = callsOf(LambdaClient, 'lambda');
const getConfiguration = lambda(GetFunctionConfigurationCommand);
const getConcurrency = lambda(GetFunctionConcurrencyCommand);
const getAlias = lambda(GetAliasCommand);
const getPolicy = lambda(GetPolicyCommand);
const listUrls = lambda(ListFunctionUrlConfigsCommand);
const getMapping = lambda(GetEventSourceMappingCommand);
const listAliases = lambda(ListAliasesCommand);
const listVersions = lambda(ListVersionsByFunctionCommand);
const listInvokeConfigs = lambda(ListFunctionEventInvokeConfigsCommand);
const states = callsOf(SFNClient, 'states');
const describeMachine = states(DescribeStateMachineCommand);
const describeMachineAlias = states(DescribeStateMachineAliasCommand);

const GONE = 'ResourceNotFound';
const functionTypes = ['AWS::Lambda::Function'];
const aliasTypes = ['AWS::Lambda::Alias'];
const versionTypes = ['AWS::Lambda::Version'];

const nameOf = (functionOrArn: unknown): string =>
  /:function:([^:]+)/.exec(String(functionOrArn))?.[1] ?? String(functionOrArn);

/** The alias that a permission is for, or none. */
const qualifierOf = (functionOrArn: unknown): string | undefined =>
  /:function:[^:]+:(.+)$/.exec(String(functionOrArn))?.[1];

/** What a permission is for: an alias by its name, a version by its number; a function by none. */
const qualifierIn = ({ type, physicalId, properties }: ExpectedResource): string | undefined => {
  if (type === 'AWS::Lambda::Alias') return String(properties['Name']);
  return type === 'AWS::Lambda::Version' ? physicalId.split(':').at(-1) : undefined;
};
const functionIn = ({ type, physicalId, properties }: ExpectedResource): string =>
  type === 'AWS::Lambda::Function' ? physicalId : nameOf(properties['FunctionName']);

/** A permission as the statement that Lambda makes of it, without the id that it chooses. */
const statementOf = ({ properties }: ExpectedResource): string =>
  [
    properties['Action'],
    properties['Principal'],
    properties['SourceArn'] ?? '',
    properties['SourceAccount'] ?? '',
  ].join(' ');

interface PolicyStatement {
  readonly Action?: unknown;
  readonly Principal?: { readonly Service?: unknown; readonly AWS?: unknown } | string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
function foundStatement({ Action, Principal, Condition = {} }: PolicyStatement): string {
  const conditions = new Map(
    Object.values(Condition).flatMap((keys) =>
      Object.entries(keys).map(([key, value]) => [key.toLowerCase(), value] as const),
    ),
  );
  const who = typeof Principal === 'object' ? (Principal.Service ?? Principal.AWS) : Principal;
  const others = [...conditions].filter(([key]) => !['aws:sourcearn', 'aws:sourceaccount'].includes(key));
  return [
    Action,
    who,
    conditions.get('aws:sourcearn') ?? '',
    conditions.get('aws:sourceaccount') ?? '',
    ...others.map(([key, value]) => `${key}=${String(value)}`),
  ].join(' ');
}

type Destinations =
  | {
      readonly OnSuccess?: { readonly Destination?: string | undefined } | undefined;
      readonly OnFailure?: { readonly Destination?: string | undefined } | undefined;
    }
  | undefined;
const destinationsOf = (config: Destinations): string[] =>
  [config?.OnSuccess?.Destination, config?.OnFailure?.Destination].flatMap((destination) =>
    destination === undefined ? [] : [destination],
  );

export const FUNCTIONS_AND_WORKFLOWS: readonly Aspect[] = [
  {
    rule: 'function-settings',
    title: 'The function runs with the role, in the network and with the settings of its template.',
    controls: CHANGE,
    types: functionTypes,
    calls: [getConfiguration],
    properties: [
      'Runtime',
      'Handler',
      'Architectures',
      'Role',
      'KmsKeyArn',
      'MemorySize',
      'Timeout',
      'VpcConfig',
      'DeadLetterConfig',
      'TracingConfig',
      'LoggingConfig',
      'Layers',
    ],
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(getConfiguration, { FunctionName: physicalId }), GONE);
      return (
        found && {
          ...found,
          KmsKeyArn: found.KMSKeyArn,
          VpcConfig: found.VpcConfig && {
            SecurityGroupIds: found.VpcConfig.SecurityGroupIds,
            SubnetIds: found.VpcConfig.SubnetIds,
          },
          Layers: found.Layers?.map(({ Arn }) => Arn),
        }
      );
    },
  },
  {
    rule: 'function-environment',
    title: 'The function has the variables of its template.',
    controls: CHANGE,
    types: functionTypes,
    calls: [getConfiguration],
    properties: ['Variables'],
    expected: ({ properties }) => properties['Environment'] as Readonly<Record<string, unknown>>,
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(getConfiguration, { FunctionName: physicalId }), GONE);
      // Lambda decrypts them with the permissions of whoever asks.
      // https://docs.aws.amazon.com/lambda/latest/api/API_EnvironmentResponse.html
      if (found?.Environment?.Error !== undefined)
        throw new NotComparedError(
          'Not compared: the variables are encrypted with a key that the reader of evidence may not use. What runs is the version behind the alias, which cannot be changed once it is published.',
        );
      return found && { Variables: found.Environment?.Variables };
    },
  },
  {
    rule: 'function-concurrency',
    title: 'The function has the reserved concurrency of its template.',
    controls: CHANGE,
    types: functionTypes,
    calls: [getConcurrency],
    properties: ['ReservedConcurrentExecutions'],
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(getConcurrency, { FunctionName: physicalId }), GONE);
      return found && { ReservedConcurrentExecutions: found.ReservedConcurrentExecutions };
    },
  },
  {
    rule: 'function-not-on-the-internet',
    title: 'The function has no address of its own.',
    controls: EXPOSURE,
    types: functionTypes,
    calls: [listUrls],
    properties: ['Urls'],
    expected: ({ physicalId }, { resources }) => ({
      Urls: resources.filter(
        ({ type, properties }) =>
          type === 'AWS::Lambda::Url' && nameOf(properties['TargetFunctionArn']) === physicalId,
      ).length,
    }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(listUrls, { FunctionName: physicalId }), GONE);
      return { Urls: found?.FunctionUrlConfigs?.length ?? 0 };
    },
  },
  {
    rule: 'function-callers',
    title: 'The function may be invoked by those whom the templates name, and by nobody else.',
    controls: ACCESS,
    types: [...functionTypes, ...aliasTypes, ...versionTypes],
    calls: [getPolicy],
    properties: ['Permissions'],
    expected: (resource, { resources }) => ({
      Permissions: resources
        .filter(({ type }) => type === 'AWS::Lambda::Permission')
        .filter(({ properties: { FunctionName: target } }) => {
          return nameOf(target) === functionIn(resource) && qualifierOf(target) === qualifierIn(resource);
        })
        .map(statementOf),
    }),
    read: async (ask, resource) => {
      const Qualifier = qualifierIn(resource);
      const found = await undefinedWhenMissing(
        ask(getPolicy, {
          FunctionName: functionIn(resource),
          ...(Qualifier !== undefined && { Qualifier }),
        }),
        GONE,
      );
      const policy = (found?.Policy === undefined ? {} : parsed(found.Policy)) as {
        Statement?: PolicyStatement[];
      };
      return { Permissions: (policy.Statement ?? []).map(foundStatement) };
    },
  },
  {
    rule: 'function-version-live',
    title: 'The alias leads to the version that its template names, and to no other.',
    controls: CHANGE,
    types: aliasTypes,
    calls: [getAlias],
    properties: ['FunctionVersion', 'RoutingConfig'],
    read: async (ask, { properties }) => {
      const found = await undefinedWhenMissing(
        ask(getAlias, {
          FunctionName: nameOf(properties['FunctionName']),
          Name: String(properties['Name']),
        }),
        GONE,
      );
      return (
        found && {
          FunctionVersion: found.FunctionVersion,
          RoutingConfig: found.RoutingConfig?.AdditionalVersionWeights,
        }
      );
    },
  },
  {
    rule: 'function-qualifiers',
    title:
      'The function has the aliases and versions of the templates, and no other that somebody could be let in by.',
    controls: CHANGE,
    types: functionTypes,
    calls: [listAliases, listVersions],
    properties: ['Aliases', 'Versions'],
    expected: ({ physicalId }, { resources }) => {
      const ofFunction = (wanted: string) =>
        resources.filter(
          ({ type, properties }) => type === wanted && nameOf(properties['FunctionName']) === physicalId,
        );
      return {
        Aliases: ofFunction('AWS::Lambda::Alias').map(({ properties }) => properties['Name']),
        Versions: ofFunction('AWS::Lambda::Version').map(qualifierIn),
      };
    },
    read: async (ask, { physicalId: FunctionName }) => {
      const aliases = await undefinedWhenMissing(
        allPages(
          (Marker) => ask(listAliases, { FunctionName, Marker }),
          ({ Aliases }) => Aliases,
          ({ NextMarker }) => NextMarker,
        ),
        GONE,
      );
      const versions = await undefinedWhenMissing(
        allPages(
          (Marker) => ask(listVersions, { FunctionName, Marker }),
          (answer) => answer.Versions,
          ({ NextMarker }) => NextMarker,
        ),
        GONE,
      );
      return (
        aliases && {
          Aliases: aliases.map(({ Name }) => Name),
          Versions: versions?.flatMap(({ Version }) => (Version === '$LATEST' ? [] : [Version])),
        }
      );
    },
  },
  {
    rule: 'function-code',
    title: 'The code that the next release would publish is the code that is published.',
    controls: CHANGE,
    types: versionTypes,
    calls: [getConfiguration],
    properties: ['CodeSha256'],
    // A release that changes settings only publishes whatever code the function has by then.
    expected: () => ({ CodeSha256: 'as published' }),
    read: async (ask, resource) => {
      const FunctionName = functionIn(resource);
      const latest = await undefinedWhenMissing(ask(getConfiguration, { FunctionName }), GONE);
      const published = await undefinedWhenMissing(
        ask(getConfiguration, { FunctionName, Qualifier: qualifierIn(resource) }),
        GONE,
      );
      return (
        published && {
          CodeSha256:
            latest?.CodeSha256 === published.CodeSha256
              ? 'as published'
              : `${latest?.CodeSha256 ?? 'none'}, published ${published.CodeSha256 ?? 'none'}`,
        }
      );
    },
  },
  {
    rule: 'function-outlets',
    title: 'Results of the function go where the template says, and nowhere else.',
    controls: EXPOSURE,
    types: functionTypes,
    calls: [listInvokeConfigs],
    properties: ['Destinations'],
    expected: ({ physicalId }, { resources }) => ({
      Destinations: resources
        .filter(
          ({ type, properties }) =>
            type === 'AWS::Lambda::EventInvokeConfig' && nameOf(properties['FunctionName']) === physicalId,
        )
        .flatMap(({ properties }) => destinationsOf(properties['DestinationConfig'] as Destinations)),
    }),
    read: async (ask, { physicalId: FunctionName }) => {
      const configs = await undefinedWhenMissing(
        allPages(
          (Marker) => ask(listInvokeConfigs, { FunctionName, Marker }),
          ({ FunctionEventInvokeConfigs }) => FunctionEventInvokeConfigs,
          ({ NextMarker }) => NextMarker,
        ),
        GONE,
      );
      return { Destinations: (configs ?? []).flatMap((each) => destinationsOf(each.DestinationConfig)) };
    },
  },
  {
    rule: 'function-source',
    title: 'The function takes events from the source that the template names, and in the way that it says.',
    controls: CHANGE,
    types: ['AWS::Lambda::EventSourceMapping'],
    calls: [getMapping],
    properties: [
      'EventSourceArn',
      'FunctionName',
      'BatchSize',
      'Enabled',
      'ScalingConfig',
      'FunctionResponseTypes',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
      'FilterCriteria',
    ],
    defaults: { Enabled: true },
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(ask(getMapping, { UUID: physicalId }), GONE);
      return (
        found && {
          ...found,
          FunctionName: found.FunctionArn,
          Enabled: found.State === 'Enabled' || found.State === 'Enabling' ? true : found.State,
          DestinationConfig: found.DestinationConfig && { OnFailure: found.DestinationConfig.OnFailure },
        }
      );
    },
  },
  {
    rule: 'workflow-settings',
    title:
      'The workflow does what its template says, with the role that it names, logged and encrypted as it says.',
    controls: REST,
    types: ['AWS::StepFunctions::StateMachine'],
    calls: [describeMachine],
    properties: [
      'DefinitionString',
      'RoleArn',
      'StateMachineType',
      'LoggingConfiguration',
      'TracingConfiguration',
      'EncryptionConfiguration',
    ],
    defaults: { StateMachineType: 'STANDARD' },
    expected: ({ properties }) => ({
      ...properties,
      StateMachineType: properties['StateMachineType'] ?? 'STANDARD',
      DefinitionString: parsed(String(properties['DefinitionString'])),
      LoggingConfiguration: {
        ...(properties['LoggingConfiguration'] as object | undefined),
        Destinations: (
          (properties['LoggingConfiguration'] as { Destinations?: object[] } | undefined)?.Destinations ?? []
        ).map((destination) => JSON.stringify(destination).toLowerCase()),
      },
    }),
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(
        ask(describeMachine, { stateMachineArn: physicalId }),
        'StateMachineDoesNotExist',
      );
      const { level, includeExecutionData, destinations } = found?.loggingConfiguration ?? {};
      const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = found?.encryptionConfiguration ?? {};
      return (
        found && {
          DefinitionString: parsed(found.definition ?? ''),
          RoleArn: found.roleArn,
          StateMachineType: found.type,
          LoggingConfiguration: {
            Level: level,
            IncludeExecutionData: includeExecutionData,
            Destinations: (destinations ?? []).map((destination) =>
              JSON.stringify(destination).toLowerCase(),
            ),
          },
          TracingConfiguration: { Enabled: found.tracingConfiguration?.enabled },
          EncryptionConfiguration: {
            Type: type,
            KmsKeyId: kmsKeyId,
            KmsDataKeyReusePeriodSeconds: kmsDataKeyReusePeriodSeconds,
          },
        }
      );
    },
  },
  {
    rule: 'workflow-version-live',
    title: 'The alias of the workflow leads to the version that its template names.',
    controls: CHANGE,
    types: ['AWS::StepFunctions::StateMachineAlias'],
    calls: [describeMachineAlias],
    properties: ['Versions'],
    expected: ({ properties }) => {
      const preferred = properties['DeploymentPreference'] as { StateMachineVersionArn?: string } | undefined;
      const routed = (properties['RoutingConfiguration'] ?? []) as {
        StateMachineVersionArn?: string;
        Weight?: number;
      }[];
      return {
        Versions: preferred
          ? [`${preferred.StateMachineVersionArn ?? ''} 100`]
          : routed.map(
              ({ StateMachineVersionArn = '', Weight = 0 }) => `${StateMachineVersionArn} ${Weight}`,
            ),
      };
    },
    read: async (ask, { physicalId }) => {
      const found = await undefinedWhenMissing(
        ask(describeMachineAlias, { stateMachineAliasArn: physicalId }),
        'ResourceNotFound',
      );
      return (
        found && {
          Versions: found.routingConfiguration?.map(
            ({ stateMachineVersionArn = '', weight = 0 }) => `${stateMachineVersionArn} ${weight}`,
          ),
        }
      );
    },
  },
];
