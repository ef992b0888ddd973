import type { TemplateOutput } from '../template';
import type { Transformation } from '../transformation';

/** Types that the emulator has in its APIs but not in its CloudFormation → the property that names their owner. */
const OWNER_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::SecretsManager::ResourcePolicy': 'SecretId',
};

/** The output through which the deployer learns a made-by-API resource's owner. */
export const ownerOutput = (logicalId: string): string => `MadeByApi${logicalId}`;

/** Takes those resources out of the template and hands them to the deployer, which calls their APIs after the stack. */
export const madeByApi: Transformation = {
  name: 'made-by-api',
  apply(template, context) {
    const resources = Object.entries(template.Resources ?? {});
    const taken = resources.filter(([, { Type }]) => Type in OWNER_PROPERTIES);
    const owners = taken.map(([logicalId, { Type, Properties }]): [string, TemplateOutput] => [
      ownerOutput(logicalId),
      { Value: Properties?.[OWNER_PROPERTIES[Type] ?? ''] },
    ]);
    context.madeByApi.push(...taken.map(([logicalId, resource]) => ({ logicalId, resource })));
    return {
      template: {
        ...template,
        Resources: Object.fromEntries(resources.filter(([, { Type }]) => !(Type in OWNER_PROPERTIES))),
        Outputs: { ...template.Outputs, ...Object.fromEntries(owners) },
      },
      differences: taken.map(([logicalId, { Type }]) => ({
        kind: 'changed',
        type: Type,
        logicalId,
        what: 'made by its own API after the stack, as CloudFormation here does not know the type',
      })),
    };
  },
};
