import { actionsOf, defineService } from '../service-definition';

export const ssm = defineService({
  name: 'ssm',
  endpoint: 'interface',
  carries: actionsOf('ssm'),
  arnOf: (resource, names) => {
    switch (resource) {
      case 'parameter:thresholds':
        return names.parameterArn(names.thresholdsParameter);
      case 'parameter:clients/*':
        return names.parameterArn(`${names.clientParameterPrefix}/*`);
      default:
        return undefined;
    }
  },
  placeholders: (names) => ({
    ThresholdsParameter: names.parameterArn(names.thresholdsParameter),
    ClientParameters: names.parameterArn(`${names.clientParameterPrefix}/*`),
  }),
  networkActivity: false,
  // Standard parameters, at the standard throughput.
  billing: { 'ssm:GetParameter': 'nothing' },
});
