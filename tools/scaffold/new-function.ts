import { type Scaffold, nameForms } from './scaffold';

/** Folders of functions; a new one needs its layer in .dependency-cruiser.cjs. */
export const FUNCTION_FOLDERS = [
  'image-processor',
  'file-manager',
  'notification-service',
  'detection-stream',
] as const;

export interface NewFunction {
  readonly name: string;
  readonly stack: 'api' | 'processing';
  readonly folder: (typeof FUNCTION_FOLDERS)[number];
}

const definition = (id: string, { name, stack, folder }: NewFunction): string =>
  stack === 'api'
    ? `import { variables } from '../environment';
import { defineFunction } from '../function-definition';

export const ${id}Function = defineFunction({
  id: '${id}',
  description: 'Answers a request of the API',
  entry: '${folder}/${name}.ts',
  stack: 'api',
  calls: [],
  environment: variables('CORS_ORIGINS'),
  // API Gateway waits 29 s at most.
  timeoutSeconds: 15,
  memoryMegabytes: 512,
  concurrency: ({ requestsAtOnce }) => requestsAtOnce,
});
`
    : `import { BOUNDS } from '../domain/bounds';
import { variables } from '../environment';
import { defineFunction, shareOfSlots } from '../function-definition';

export const ${id}Function = defineFunction({
  id: '${id}',
  description: 'One step of the way of a picture',
  entry: '${folder}/${name}.ts',
  stack: 'processing',
  calls: [],
  environment: variables(),
  timeoutSeconds: BOUNDS.taskFunctionSeconds,
  memoryMegabytes: 512,
  concurrency: shareOfSlots(0.1),
});
`;

const entry = (id: string, { name, stack }: NewFunction): string =>
  stack === 'api'
    ? `import { apiHandler, originsOf } from '../runtime/api';
import { readEnvironment } from '../runtime/environment';
import { createTelemetry } from '../runtime/telemetry';
import { ${id}Function } from './${name}-definition';

const environment = readEnvironment(${id}Function);

export const handler = apiHandler(
  createTelemetry(environment.STAGE),
  originsOf(environment.CORS_ORIGINS),
  () => Promise.resolve({ status: 204 }),
);
`
    : `import * as z from 'zod';
import { imageIdSchema } from '../domain/detection-record';
import { readEnvironment } from '../runtime/environment';
import { taskHandler } from '../runtime/task';
import { createTelemetry } from '../runtime/telemetry';
import { ${id}Function } from './${name}-definition';

const environment = readEnvironment(${id}Function);
const stateSchema = z.looseObject({ imageId: imageIdSchema });

export const handler = taskHandler(createTelemetry(environment.STAGE), stateSchema, (state) =>
  Promise.resolve(state),
);
`;

const test = (id: string, { name, stack, folder }: NewFunction): string => {
  const load = `Object.assign(process.env, functionEnvironment('${id}'));
const { handler } = jest.requireActual<{ handler: (event: unknown) => Promise<unknown> }>(
  '../../../lambda/${folder}/${name}',
);
`;
  return stack === 'api'
    ? `import { functionEnvironment } from '../../support/function-environment';
import { apiEvent } from '../../support/in-memory-system';

${load}
it('${name} answers a request', async () => {
  expect(await handler(apiEvent({}))).toMatchObject({ statusCode: 204, body: '' });
});
`
    : `import { functionEnvironment } from '../../support/function-environment';

${load}
const state = { imageId: '0f8fad5b-d9cb-469f-a165-70867728950e' };

it('${name} takes a state of the workflow, and nothing else', async () => {
  expect(await handler(state)).toEqual(state);
  await expect(handler({ ...state, imageId: 'none of ours' })).rejects.toThrow('imageId');
});
`;
};

/** A function that is deployed, watched and tested, and that nobody invokes yet. */
export function newFunction(wanted: NewFunction): Scaffold {
  const { kebab, camel } = nameForms(wanted.name);
  const { folder, stack } = wanted;
  const here = `lambda/${folder}/${kebab}`;
  const tested = `test/unit/handlers/${kebab}.test.ts`;
  const invoker =
    stack === 'api'
      ? 'lib/constructs/api/image-methods.ts'
      : 'lib/constructs/processing/classification-definition.ts';
  return {
    files: {
      [`${here}-definition.ts`]: definition(camel, wanted),
      [`${here}.ts`]: entry(camel, wanted),
      [tested]: test(camel, wanted),
    },
    entries: [
      {
        file: 'lambda/functions.ts',
        before: '\n/** Every function of the application, in',
        text: `import { ${camel}Function } from './${folder}/${kebab}-definition';\n`,
      },
      {
        file: 'lambda/functions.ts',
        before: '] as const;\ntype Definition =',
        text: `  ${camel}Function,\n`,
      },
    ],
    byHand: {
      [`${here}-definition.ts`]: 'what it does, its calls, environment and limits',
      [`${here}.ts`]: 'its adapters and its step',
      [tested]: 'what it must do',
      [invoker]: 'who invokes it',
    },
    commands: ['npm run generate', 'npm run compliance -- accept-proofs'],
    others: [
      'EXC-001 (wildcards that AWS asks for) and EXC-012 (log groups) in policies/exceptions.yaml get its role and its logs, with a fresh approval; until then the gate reports them.',
    ],
  };
}
