import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  return assembly;
}

/** Another checkout of the same sources. */
function checkout(): string {
  const sources = mkdtempSync(path.join(tmpdir(), 'serverlessapp-sources-'));
  cpSync(path.join(ROOT, 'lambda'), path.join(sources, 'lambda'), { recursive: true });
  cpSync(path.join(ROOT, 'tsconfig.json'), path.join(sources, 'tsconfig.json'));
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
    expect(named('same')).toHaveLength(FUNCTION_IDS.length - 1);
    expect(named('differs')).toEqual(['notify']);
    expect(named('unknown')).toEqual([expect.stringMatching(/^asset\./)]);
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
  it('cannot be compared where sources or assembly are not there, or cannot be bundled', async () => {
    await expect(rebuild('/nowhere', ROOT)).rejects.toThrow('There is no /nowhere/lambda');
    const empty = mkdtempSync(path.join(tmpdir(), 'serverlessapp-empty-'));
    mkdirSync(path.join(empty, 'lambda'));
    writeFileSync(path.join(empty, 'manifest.json'), '{}');
    await expect(rebuild(empty, empty)).rejects.toThrow('cannot be bundled');
  });
});
