import type { AwsCall } from '../../lambda/aws-calls';
import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId } from '../../lambda/functions';
import type { ServiceDefinition } from './service-definition';
import { dynamodb } from './services/dynamodb';
import { rekognition } from './services/rekognition';
import { s3 } from './services/s3';
import { secretsmanager } from './services/secretsmanager';
import { sns } from './services/sns';
import { ssm } from './services/ssm';
import { syncStates } from './services/sync-states';

/** Every service that functions call, in the order in which a role's policy lists its keys. */
const DEFINITIONS = [s3, dynamodb, syncStates, secretsmanager, sns, rekognition, ssm] as const;
type Definition = (typeof DEFINITIONS)[number];

/** A service that has an endpoint in the VPC. */
export type EndpointService = Definition['name'];
export type GatewayService = Extract<Definition, { endpoint: 'gateway' }>['name'];
export type InterfaceService = Extract<Definition, { endpoint: 'interface' }>['name'];

/** As defined, where only what all definitions have counts. */
export const SERVICES: readonly (ServiceDefinition & { readonly name: EndpointService })[] = DEFINITIONS;

const withEndpoint = (endpoint: ServiceDefinition['endpoint']): EndpointService[] =>
  SERVICES.filter((service) => service.endpoint === endpoint)
    .map(({ name }) => name)
    .sort();
export const GATEWAY_ENDPOINT_SERVICES = withEndpoint('gateway') as readonly GatewayService[];
export const INTERFACE_ENDPOINT_SERVICES = withEndpoint('interface') as readonly InterfaceService[];

/** The definition of a service. */
export function serviceDefinition(name: EndpointService): ServiceDefinition {
  const found = SERVICES.find((service) => service.name === name);
  if (found === undefined) throw new Error(`No service ${name} is defined.`);
  return found;
}

/** @throws Error for a region whose prefix lists nobody has looked up yet. */
export function gatewayPrefixList(region: string, service: GatewayService): string {
  const list = serviceDefinition(service).prefixLists?.[region];
  if (list === undefined)
    throw new Error(
      `The AWS-managed prefix list of ${service} in ${region} is not known; add it to lib/network/services/${service}.ts.`,
    );
  return list;
}

/** The service whose endpoint an action's request goes to; undefined when there is none. */
export const serviceOf = (
  action: AwsCall['action'],
): (ServiceDefinition & { readonly name: EndpointService }) | undefined =>
  SERVICES.find(({ carries }) => carries(action));

/**
 * The endpoints through which a function's declared calls go.
 * @throws Error when a function calls a service without an endpoint: from an isolated subnet it would only time out.
 */
export function endpointServicesOf(id: FunctionId): EndpointService[] {
  const services = new Set<EndpointService>();
  for (const { action } of FUNCTION_CALLS[id]) {
    const service = serviceOf(action);
    if (service === undefined)
      throw new Error(`${id} calls ${action}, but the network has no endpoint for it.`);
    services.add(service.name);
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
        .filter((action) => serviceOf(action)?.name === service),
    ),
  ].sort();
