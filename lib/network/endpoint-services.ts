import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId } from '../../lambda/functions';

/** A service that has an endpoint in the VPC: the part of the endpoint's name after `com.amazonaws.REGION.`. */
export const GATEWAY_ENDPOINT_SERVICES = ['dynamodb', 's3'] as const;
export const INTERFACE_ENDPOINT_SERVICES = [
  'rekognition',
  'secretsmanager',
  'sns',
  'ssm',
  'sync-states',
] as const;
export type GatewayService = (typeof GATEWAY_ENDPOINT_SERVICES)[number];
export type InterfaceService = (typeof INTERFACE_ENDPOINT_SERVICES)[number];
export type EndpointService = GatewayService | InterfaceService;

/**
 * AWS's own prefix lists of the gateway services: as fixed as the service's name, and a look-up would need an account.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
const PREFIX_LISTS: Readonly<Record<string, Readonly<Record<GatewayService, string>>>> = {
  'us-east-1': { dynamodb: 'pl-02cd2c6b', s3: 'pl-63a5400a' },
  'us-west-2': { dynamodb: 'pl-00a54069', s3: 'pl-68a54001' },
};

/** @throws Error for a region whose prefix lists nobody has looked up yet. */
export function gatewayPrefixList(region: string, service: GatewayService): string {
  const lists = PREFIX_LISTS[region];
  if (lists === undefined)
    throw new Error(
      `The AWS-managed prefix lists of ${region} are not known; add them to endpoint-services.ts.`,
    );
  return lists[service];
}

/** Step Functions answers synchronous starts under a host of its own; every other service is named as its actions. */
const serviceOfAction = (action: string): string =>
  action === 'states:StartSyncExecution' ? 'sync-states' : (action.split(':')[0] ?? action);

const isEndpointService = (service: string): service is EndpointService =>
  [...GATEWAY_ENDPOINT_SERVICES, ...INTERFACE_ENDPOINT_SERVICES].some((known) => known === service);

/**
 * The endpoints through which a function's declared calls go.
 * @throws Error when a function calls a service without an endpoint: from an isolated subnet it would only time out.
 */
export function endpointServicesOf(id: FunctionId): EndpointService[] {
  const services = new Set<EndpointService>();
  for (const { action } of FUNCTION_CALLS[id]) {
    const service = serviceOfAction(action);
    if (!isEndpointService(service))
      throw new Error(`${id} calls ${action}, but the network has no endpoint for ${service}.`);
    services.add(service);
  }
  return [...services].sort();
}

/** The functions that use an endpoint. */
export const callersOf = (service: EndpointService): FunctionId[] =>
  FUNCTION_IDS.filter((id) => endpointServicesOf(id).includes(service));

/** The actions that the functions call through an endpoint. */
export const actionsThrough = (service: EndpointService): string[] =>
  [
    ...new Set(
      FUNCTION_IDS.flatMap((id) => FUNCTION_CALLS[id])
        .map(({ action }) => action)
        .filter((action) => serviceOfAction(action) === service),
    ),
  ].sort();
