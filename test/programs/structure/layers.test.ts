import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../support/document-references';

jest.setTimeout(60_000);

const CONFIGURATION = '.dependency-cruiser.cjs';
const PROGRAM = path.join(PROJECT_ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Cruise {
  readonly summary: { readonly violations: { from: string; to: string; rule: { name: string } }[] };
}

/** What the project's own configuration finds in a folder, as `from → to: rule`. */
async function violations(folder: string): Promise<string[]> {
  const args = [PROGRAM, '--config', CONFIGURATION, '--output-type', 'json', '.'];
  const text = await new Promise<string>((resolve) => {
    // Its exit code is the number of violations.
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1e8 }, (_error, stdout) => {
      resolve(stdout);
    });
  });
  const { summary } = JSON.parse(text) as Cruise;
  return summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name}`).sort();
}

/** One import against each rule: who imports, whom. */
const FORBIDDEN: readonly [rule: string, from: string, to: string][] = [
  ['layer-domain', 'lambda/domain/a.ts', 'lambda/adapters/b.ts'],
  ['layer-text', 'lambda/domain/cut-text.ts', 'lambda/domain/b.ts'],
  ['layer-declarations', 'lambda/a.ts', 'lambda/adapters/b.ts'],
  ['layer-steps', 'lambda/steps/a.ts', 'lambda/adapters/b.ts'],
  ['layer-adapters', 'lambda/adapters/a.ts', 'lambda/runtime/b.ts'],
  ['layer-runtime', 'lambda/runtime/a.ts', 'lambda/steps/b.ts'],
  ['layer-openapi', 'lambda/openapi/a.ts', 'lambda/steps/b.ts'],
  ['layer-functions', 'lambda/file-manager/a.ts', 'lib/names.ts'],
  ['layer-config', 'lib/config/a.ts', 'lib/names.ts'],
  ['layer-names', 'lib/names.ts', 'lib/monitoring/b.ts'],
  ['layer-context', 'lib/stage-context.ts', 'lib/stacks/b.ts'],
  ['layer-catalogues', 'lib/monitoring/a.ts', 'lib/constructs/b.ts'],
  ['layer-constructs', 'lib/constructs/a.ts', 'lib/stacks/b.ts'],
  ['layer-stacks', 'lib/stacks/a.ts', 'lib/stages/b.ts'],
  ['layer-stages', 'lib/stages/a.ts', 'bin/b.ts'],
  ['layer-sdk', 'tools/sdk/a.ts', 'lambda/b.ts'],
  ['layer-tools', 'tools/a.ts', 'local/b.ts'],
  ['layer-cost', 'tools/cost/a.ts', 'local/b.ts'],
  ['layer-transformations', 'local/deployer/transformations/a.ts', 'local/b.ts'],
  ['layer-gate', 'compliance/a.ts', 'local/b.ts'],
  ['layer-local', 'local/a.ts', 'compliance/b.ts'],
  ['layer-bootstrap', 'bin/preflight/execution-policies.ts', 'compliance/b.ts'],
  ['layer-commands', 'bin/a.ts', 'test/support/b.ts'],
  ['file-of-no-layer', 'lambda/elsewhere/a.ts', 'lambda/elsewhere/b.ts'],
];

const TYPE = 'export type T = number;\n';
const CIRCLE = ['local/circle/one.ts', 'local/circle/two.ts'] as const;

it('the configuration finds each forbidden import, of a type alone too, and a circle of types', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-layers-'));
  try {
    for (const file of [CONFIGURATION, 'tsconfig.json']) {
      copyFileSync(path.join(PROJECT_ROOT, file), path.join(folder, file));
    }
    const imports = [...FORBIDDEN, ['', CIRCLE[0], CIRCLE[1]] as const, ['', CIRCLE[1], CIRCLE[0]] as const];
    const files = new Map<string, string>();
    for (const [, from, to] of imports) {
      const relative = path.relative(path.dirname(from), to).replace(/\.ts$/, '');
      const source = relative.startsWith('.') ? relative : `./${relative}`;
      files.set(
        from,
        `${files.get(from) ?? TYPE}import type { T as Other } from '${source}';\nexport type U = Other;\n`,
      );
      if (!files.has(to)) files.set(to, TYPE);
    }
    for (const [file, text] of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    expect(await violations(folder)).toEqual(
      [
        ...FORBIDDEN.map(([rule, from, to]) => `${from} → ${to}: ${rule}`),
        `${CIRCLE[0]} → ${CIRCLE[1]}: no-circle`,
      ].sort(),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('every rule of a layer has its forbidden import here', () => {
  const { forbidden } = jest.requireActual<{ forbidden: { name: string }[] }>(`../../../${CONFIGURATION}`);
  const tried = [...FORBIDDEN.map(([rule]) => rule), 'no-circle'];
  expect(forbidden.map(({ name }) => name).sort()).toEqual(tried.sort());
});
