import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { isTrue } from './is-true';

export interface Endpoint {
  readonly path: string;
  readonly vpc: string;
  readonly kind: 'Gateway' | 'Interface';
  /** `s3`, `dynamodb`, `rekognition`, `sync-states` … */
  readonly service: string;
  readonly serviceName: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  readonly routeTables: readonly string[];
  readonly privateDns: boolean;
  readonly policy: unknown;
}

function kindOf(endpoint: Resource): Endpoint['kind'] {
  // CloudFormation's default when the type is absent.
  const kind = endpoint.optionalText('VpcEndpointType') ?? 'Gateway';
  if (kind === 'Gateway' || kind === 'Interface') return kind;
  throw new ModelError('malformed-value', endpoint.path, `the model does not know ${kind} endpoints`);
}

/** VPC endpoints of the templates; a service name that is not AWS's own regional form keeps its whole name. */
export function readEndpoints(set: TemplateSet): Map<string, Endpoint> {
  return new Map(
    set.resources('AWS::EC2::VPCEndpoint').map((endpoint) => {
      const serviceName = endpoint.text('ServiceName');
      const ours = `com.amazonaws.${endpoint.region}.`;
      return [
        endpoint.path,
        {
          path: endpoint.path,
          vpc: endpoint.text('VpcId'),
          kind: kindOf(endpoint),
          service: serviceName.startsWith(ours) ? serviceName.slice(ours.length) : serviceName,
          serviceName,
          subnets: endpoint.list('SubnetIds').map(String),
          groups: endpoint.list('SecurityGroupIds').map(String),
          routeTables: endpoint.list('RouteTableIds').map(String),
          privateDns: isTrue(endpoint.property('PrivateDnsEnabled')),
          policy: endpoint.property('PolicyDocument'),
        },
      ];
    }),
  );
}
