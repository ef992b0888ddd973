import type { TransformationContext } from '../../../local/deployer/transformation';

export const transformationContext = (part: Partial<TransformationContext> = {}): TransformationContext => ({
  account: '111122223333',
  organizationId: 'o-emulated00',
  unrecognizedTypes: new Set(),
  inVpcRoleArns: [],
  omittedExports: new Set(),
  madeByApi: [],
  ...part,
});
