import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rebuild } from '../../../compliance/cli/rebuild';
import { buildFunctions, bundleElsewhere } from '../../../lambda/build';
import { FUNCTION_IDS } from '../../../lambda/functions';

const ROOT = path.resolve(__dirname, '../../..');
const sum = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** An assembly as it is deployed: each bundle under the name that its content gives it, told without the gate's own code. */
async function assemblyOf(): Promise<string> {
  const assembly = mkdtempSync(path.join(tmpdir(), 'serverlessapp-assembly-'));
  writeFileSync(path.join(assembly, 'manifest.json'), '{}');
  for (const { folder } of await buildFunctions()) {
    const content = readFileSync(path.join(folder, 'index.js'));
    const asset = path.join(assembly, `asset.${sum(sum(`${sum(content)}  ./index.js\n`))}`);
    mkdirSync(asset);
    writeFileSync(path.join(asset, 'index.js'), content);
  }
  const guard = path.join(ROOT, 'policies/guard');
  const list = readdirSync(guard).sort();
  const digest = sum(
    list.map((file) => `${sum(readFileSync(path.join(guard, file)))}  ./${file}\n`).join(''),
  );
  cpSync(guard, path.join(assembly, `asset.${sum(digest)}`), { recursive: true });
  return assembly;
}

/** Another checkout of the same sources. */
function checkout(): string {
  const sources = mkdtempSync(path.join(tmpdir(), 'serverlessapp-sources-'));
  cpSync(path.join(ROOT, 'lambda'), path.join(sources, 'lambda'), { recursive: true });
  cpSync(path.join(ROOT, 'policies/guard'), path.join(sources, 'policies/guard'), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(sources, 'node_modules'));
  return sources;
}

describe('bundles made anew from their sources', () => {
  it('are the same but where the sources differ, and code that no source gives is unknown', async () => {
    const assembly = await assemblyOf();
    const sources = checkout();
    const notify = path.join(sources, 'lambda/notification-service/notify.ts');
    writeFileSync(notify, `${readFileSync(notify, 'utf8')}\nconsole.log('planted');\n`);
    const rebuilt = await rebuild(sources, assembly);
    const named = (outcome: string): string[] =>
      rebuilt.filter((each) => each.outcome === outcome).map(({ name }) => name);
    expect(named('same')).toHaveLength(FUNCTION_IDS.length);
    expect(named('differs')).toEqual(['notify']);
    expect(named('unknown')).toEqual([expect.stringMatching(/^asset\./)]);
  });
  it('leave no folder of the assembly unnamed, whatever Lambda would run of it, and see other guard rules', async () => {
    const assembly = await assemblyOf();
    const sources = checkout();
    const planted = path.join(assembly, `asset.${'0'.repeat(64)}`);
    mkdirSync(planted);
    writeFileSync(path.join(planted, 'index.mjs'), 'export const handler = () => undefined;');
    writeFileSync(path.join(sources, 'policies/guard/more.guard'), '');
    const others = (await rebuild(sources, assembly)).filter(({ outcome }) => outcome !== 'same');
    expect(others).toHaveLength(3);
    expect(others).toEqual(
      expect.arrayContaining([
        { name: 'guard-rules', outcome: 'differs' },
        { name: path.basename(planted), outcome: 'unknown' },
      ]),
    );
  });
  it('are not made of what lies elsewhere: the assembly itself would be the source of what is in it', async () => {
    const sources = checkout();
    const elsewhere = path.join(mkdtempSync(path.join(tmpdir(), 'serverlessapp-elsewhere-')), 'index.js');
    writeFileSync(elsewhere, 'exports.handler = () => undefined;');
    const notify = path.join(sources, 'lambda/notification-service/notify.ts');
    rmSync(notify);
    symlinkSync(elsewhere, notify);
    await expect(bundleElsewhere(sources)).rejects.toThrow('which is none of theirs');
  });
  it('are not made by settings of their own, which may come from elsewhere', async () => {
    const sources = checkout();
    writeFileSync(path.join(sources, 'lambda/steps/tsconfig.json'), '{"extends":"../../../x.json"}');
    await expect(bundleElsewhere(sources)).rejects.toThrow('lambda/steps/tsconfig.json');
  });
  it('cannot be compared where sources or assembly are not there, or cannot be bundled', async () => {
    await expect(rebuild('/nowhere', ROOT)).rejects.toThrow('There is no /nowhere/lambda');
    const empty = mkdtempSync(path.join(tmpdir(), 'serverlessapp-empty-'));
    mkdirSync(path.join(empty, 'lambda'));
    writeFileSync(path.join(empty, 'manifest.json'), '{}');
    await expect(rebuild(empty, empty)).rejects.toThrow('cannot be bundled');
  });
});
