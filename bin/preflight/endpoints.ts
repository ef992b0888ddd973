import { DescribeVpcEndpointServicesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { INTERFACE_ENDPOINT_SERVICES } from '../../lib/network/services';
import { actionNeeded, type Check, clientSettings, type Outcome, ready } from './check';

/** Every zone of the network needs every interface endpoint; which zones offer them differs from account to account. */
export const endpointAvailabilityCheck: Check = {
  title: 'Endpoint services per zone',
  permissions: ['ec2:DescribeVpcEndpointServices'],
  async run(context) {
    const { config, names } = context;
    const services = INTERFACE_ENDPOINT_SERVICES.map((service) => `com.amazonaws.${names.region}.${service}`);
    // A filter, unlike ServiceNames, does not fail for a service that the region has not.
    const { ServiceDetails = [] } = await new EC2Client(clientSettings(context)).send(
      new DescribeVpcEndpointServicesCommand({ Filters: [{ Name: 'service-name', Values: services }] }),
    );
    const zonesOf = new Map(
      services.map((service) => [
        service,
        ServiceDetails.find(({ ServiceName }) => ServiceName === service)?.AvailabilityZones ?? [],
      ]),
    );
    const [first = [], ...others] = [...zonesOf.values()];
    const inAll = first.filter((zone) => others.every((zones) => zones.includes(zone)));
    const path = names.isPrimaryRegion ? 'availabilityZones' : 'recovery.availabilityZones';
    return [...zonesOf].map(([service, zones]): Outcome => {
      if (zones.length === 0)
        return actionNeeded(`${service} is not offered`, 'Choose a region that offers it.');
      const missing = config.availabilityZones.filter((zone) => !zones.includes(zone));
      return missing.length === 0
        ? ready(`${service} is in every zone`)
        : actionNeeded(
            `${service} is not in ${missing.join(', ')}`,
            `Set ${path} in lib/config/${config.stage}.ts to zones that have all endpoints: ${inAll.join(', ') || 'none'}.`,
          );
    });
  },
};
