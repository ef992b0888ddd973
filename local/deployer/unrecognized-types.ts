import { type CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import type { Template } from './template';

const REFUSAL = /Unrecognized resource types: \[([^\]]*)\]/;

/**
 * Asks the emulator's own CloudFormation which of the templates' resource types it does not know, so that no list of
 * ours can grow old.
 */
export async function findUnrecognizedTypes(
  client: CloudFormationClient,
  templates: readonly Template[],
): Promise<ReadonlySet<string>> {
  const types = new Set(
    templates.flatMap(({ Resources = {} }) => Object.values(Resources).map(({ Type }) => Type)),
  );
  if (types.size === 0) return new Set();
  const probe = {
    Resources: Object.fromEntries([...types].map((Type, index) => [`R${index}`, { Type }])),
  };
  try {
    await client.send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify(probe) }));
    return new Set();
  } catch (error) {
    const refused = REFUSAL.exec(String(error))?.[1];
    if (refused === undefined) throw error;
    return new Set(refused.split(',').map((type) => type.trim()));
  }
}
