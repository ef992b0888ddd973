import { actionsOf, defineService } from '../service-definition';

export const rekognition = defineService({
  name: 'rekognition',
  endpoint: 'interface',
  carries: actionsOf('rekognition'),
  // DetectLabels knows no resource.
  arnOf: (resource) => (resource === '*' ? '*' : undefined),
  placeholders: () => ({}),
  networkActivity: false,
  billing: { 'rekognition:DetectLabels': 'image' },
});
