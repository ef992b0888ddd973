import { readFileSync } from 'node:fs';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { CallResource } from '../../lambda/aws-calls';
import { FUNCTION_CALLS, FUNCTION_IDS, FUNCTIONS, type FunctionId } from '../../lambda/functions';
import { endpointServicesOf } from '../../lib/network/services';
import type { Names } from '../../lib/names';
import { markdownTable } from './markdown-table';

interface Template {
  readonly Description?: string;
  readonly Resources?: Record<
    string,
    { readonly Type: string; readonly Properties?: Record<string, unknown> }
  >;
}

const templateOf = (stack: CloudFormationStackArtifact): Template =>
  JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as Template;

const stacksBefore = (stack: CloudFormationStackArtifact): string[] =>
  stack.dependencies
    .filter((artifact): artifact is CloudFormationStackArtifact => 'stackName' in artifact)
    .map((artifact) => artifact.stackName);

/** Every stack of a stage in the order of deployment. */
export function stacksTable(assembly: CloudAssembly, names: Names): string {
  const short = (stackName: string) => stackName.replace(`${names.prefix}-`, '');
  return markdownTable(
    ['Stack', 'What it holds', 'Waits for'],
    assembly.stacks.map((stack) => {
      const { Description = '' } = templateOf(stack);
      const region = stack.environment.region === names.region ? '' : ` (${stack.environment.region})`;
      const before = stacksBefore(stack).map(short);
      return [`\`${short(stack.stackName)}\`${region}`, Description, before.sort().join(', ') || '–'];
    }),
  );
}

const resourceText = (resource: CallResource): string =>
  resource === '*' ? 'no resource in AWS' : resource.replace(/^[^:]+:/, '').replace(/^(\w+)\/\*$/, '$1/');

const callsOf = (id: FunctionId): string => {
  const byAction = new Map<string, string[]>();
  for (const { action, resource } of FUNCTION_CALLS[id]) {
    byAction.set(action, [...(byAction.get(action) ?? []), resourceText(resource)]);
  }
  const lines = [...byAction].map(([action, resources]) => {
    const all = resources.length > 2 ? `${resources.length} folders` : resources.join(', ');
    return `${action} (${all})`;
  });
  return lines.join('<br>') || '–';
};

/** Every function: its code, what it calls, through which endpoints, and its limits. */
export function functionsTable(assembly: CloudAssembly, names: Names): string {
  const made = assembly.stacks
    .flatMap((stack) => Object.values(templateOf(stack).Resources ?? {}))
    .filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const setting = (id: FunctionId, property: string): string =>
    String(
      made.find(({ Properties }) => Properties?.['FunctionName'] === names.function(id))?.Properties?.[
        property
      ],
    );
  return markdownTable(
    ['Function', 'Entry', 'AWS calls of its code', 'Endpoints', 's', 'MB', 'Concurrency'],
    FUNCTION_IDS.map((id) => [
      id,
      `\`lambda/${FUNCTIONS[id].entry}\``,
      callsOf(id),
      endpointServicesOf(id).join(', ') || '–',
      setting(id, 'Timeout'),
      setting(id, 'MemorySize'),
      setting(id, 'ReservedConcurrentExecutions'),
    ]),
  );
}

const fence = (lines: readonly string[]): string => ['```mermaid', ...lines, '```'].join('\n');

/** Which stack waits for which; a dependency that another one implies is left out. */
export function stacksPicture(assembly: CloudAssembly, names: Names): string {
  const short = (stackName: string) => stackName.replace(`${names.prefix}-`, '');
  const before = new Map(
    assembly.stacks.map((stack) => [short(stack.stackName), stacksBefore(stack).map(short)]),
  );
  const implies = (stack: string, wanted: string): boolean =>
    (before.get(stack) ?? []).some((next) => next === wanted || implies(next, wanted));
  const lines = [...before].flatMap(([stack, direct]) =>
    direct
      .filter((one) => !direct.some((other) => other !== one && implies(other, one)))
      .map((one) => `  ${one} --> ${stack}`),
  );
  return fence(['flowchart LR', ...lines]);
}

/** Which function goes through which endpoint. */
export function endpointsPicture(): string {
  const services = [...new Set(FUNCTION_IDS.flatMap(endpointServicesOf))].sort();
  return fence([
    'flowchart LR',
    '  subgraph functions["Functions in isolated subnets"]',
    ...FUNCTION_IDS.map((id) => `    ${id}`),
    '  end',
    '  subgraph endpoints["VPC endpoints, HTTPS"]',
    ...services.map((service) => `    ep-${service}("${service}")`),
    '  end',
    ...FUNCTION_IDS.flatMap((id) => endpointServicesOf(id).map((service) => `  ${id} --> ep-${service}`)),
  ]);
}
