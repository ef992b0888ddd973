import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Bundle, buildFunctions } from '../../../lambda/build';
import { FUNCTION_IDS } from '../../../lambda/function-ids';
import { functionEnvironment } from '../../support/function-environment';

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

  const start = ({ folder }: Bundle, environment: Record<string, string>): string => {
    const script = `try{console.log(typeof require(${JSON.stringify(folder)}).handler)}catch(e){console.log(e.name,e.message)}`;
    return execFileSync(process.execPath, ['-e', script], { env: environment, encoding: 'utf8' }).trim();
  };

  test.each(FUNCTION_IDS)(
    '%s starts, and refuses to without its environment, naming what is missing',
    (id) => {
      const bundle = bundles.find((each) => each.id === id);
      if (bundle === undefined) throw new Error(id);
      const environment = functionEnvironment(id);
      expect(start(bundle, environment)).toBe('function');
      const { STAGE: stage, ...incomplete } = environment;
      expect(stage).toBe('dev');
      expect(start(bundle, incomplete)).toMatch(/^ConfigurationUnusable environment of \w+: STAGE: /);
    },
  );
});
