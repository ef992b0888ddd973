import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Bundle, buildFunctions } from '../../../lambda/build';
import { FUNCTION_IDS } from '../../../lambda/functions';
import { functionEnvironment } from '../../support/function-environment';

/** Bundling takes a second alone and many beside other work; how long is not what is tested here. */
jest.setTimeout(120_000);

describe('the bundles', () => {
  let bundles: Bundle[];
  const code = ({ folder }: Bundle) => readFileSync(path.join(folder, 'index.js'), 'utf8');
  beforeAll(async () => (bundles = await buildFunctions()));

  test('one for every function, the same bytes from the same sources', async () => {
    expect(bundles.map(({ id }) => id)).toEqual(FUNCTION_IDS);
    const before = bundles.map(code);
    expect((await buildFunctions()).map(code)).toEqual(before);
  });

  test('carry no credential chain, no native module and no source map', () => {
    for (const bundle of bundles) {
      const unwanted = bundle.packages.filter((name) =>
        /credential-provider|nested-clients|sharp|esbuild/.test(name),
      );
      expect({ id: bundle.id, unwanted }).toEqual({ id: bundle.id, unwanted: [] });
      expect(code(bundle)).not.toContain('sourceMappingURL');
    }
  });

  /** Loads each bundle in its environment, one process for all; tells what it exports or how it refuses. */
  const start = (environments: Record<string, string>[]): string[] => {
    const attempts = bundles.map(({ folder }, index) => ({ folder, environment: environments[index] }));
    const script = `console.log(JSON.stringify(${JSON.stringify(attempts)}.map(({ folder, environment }) => {
      process.env = environment;
      try { return typeof require(folder).handler; } catch (error) { return error.name + ' ' + error.message; }
    })))`;
    return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as string[];
  };

  test('start, and refuse to without their environment, naming what is missing', () => {
    expect(start(FUNCTION_IDS.map(functionEnvironment))).toEqual(FUNCTION_IDS.map(() => 'function'));
    const incomplete = FUNCTION_IDS.map((id) => ({ ...functionEnvironment(id), STAGE: 'nowhere' }));
    start(incomplete).forEach((refusal, index) => {
      expect(refusal).toMatch(`ConfigurationUnusable environment of ${FUNCTION_IDS[index] ?? ''}: STAGE: `);
    });
  });
});
