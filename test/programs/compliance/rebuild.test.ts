import { createHash } from 'node:crypto';
import {
  copyFileSync,
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
import { type Bundle, buildFunctions, bundleElsewhere } from '../../../lambda/build';
import { FUNCTION_IDS, kebabName } from '../../../lambda/functions';

const ROOT = path.resolve(__dirname, '../../..');
const sum = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

const GUARD = path.join(ROOT, 'policies/guard');
/** What the bundle of the guard rules is called. */
const guardBundle = (): string =>
  sum(
    sum(
      readdirSync(GUARD)
        .sort()
        .map((file) => `${sum(readFileSync(path.join(GUARD, file)))}  ./${file}\n`)
        .join(''),
    ),
  );

/** The hash that a bundle's asset is called by, told without the gate's own code. */
const hashOf = (folder: string): string =>
  sum(sum(`${sum(readFileSync(path.join(folder, 'index.js')))}  ./index.js\n`));

/** An assembly as it is deployed: each bundle under the name that its content gives it. */
function assemblyOf(bundles: readonly Bundle[]): string {
  const assembly = mkdtempSync(path.join(tmpdir(), 'serverlessapp-assembly-'));
  writeFileSync(path.join(assembly, 'manifest.json'), '{}');
  for (const { folder } of bundles) {
    const asset = path.join(assembly, `asset.${hashOf(folder)}`);
    mkdirSync(asset);
    copyFileSync(path.join(folder, 'index.js'), path.join(asset, 'index.js'));
  }
  cpSync(GUARD, path.join(assembly, `asset.${guardBundle()}`), { recursive: true });
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
  let bundles: readonly Bundle[];
  beforeAll(async () => {
    bundles = await buildFunctions();
  });
  describe('of other sources, beside a folder that none of them gives', () => {
    const planted = `asset.${'0'.repeat(64)}`;
    let rebuilt: Awaited<ReturnType<typeof rebuild>>;
    beforeAll(async () => {
      const assembly = assemblyOf(bundles);
      mkdirSync(path.join(assembly, planted));
      writeFileSync(path.join(assembly, planted, 'index.mjs'), 'export const handler = () => undefined;');
      const sources = checkout();
      const notify = path.join(sources, 'lambda/notification-service/notify.ts');
      writeFileSync(notify, `${readFileSync(notify, 'utf8')}\nconsole.log('planted');\n`);
      writeFileSync(path.join(sources, 'policies/guard/more.guard'), '');
      rebuilt = await rebuild(sources, assembly);
    });
    const named = (outcome: string): string[] =>
      rebuilt
        .filter((each) => each.outcome === outcome)
        .map(({ name }) => name)
        .sort();

    it('are the same but where the sources differ, code or guard rules', () => {
      expect(named('same')).toEqual(
        FUNCTION_IDS.map(kebabName)
          .filter((name) => name !== 'notify')
          .sort(),
      );
      expect(named('differs')).toEqual(['guard-rules', 'notify']);
    });
    it('leave no folder of the assembly unnamed, whatever Lambda would run of it', () => {
      const notify = bundles.find(({ id }) => id === 'notify')?.folder ?? '';
      const unmade = [planted, `asset.${hashOf(notify)}`, `asset.${guardBundle()}`];
      expect(named('unknown')).toEqual(unmade.sort());
    });
  });
  it('are each taken by the function that they are of: another one’s is in the assembly, too', async () => {
    const assembly = assemblyOf(bundles);
    const names = new Map(bundles.map(({ id, folder }) => [kebabName(id), `${hashOf(folder)}.zip`]));
    const guard = `${guardBundle()}.zip`;
    const lambda = (FunctionName: unknown, S3Key: string | undefined) => ({
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName, Code: S3Key === undefined ? { ZipFile: 'x' } : { S3Bucket: 'b', S3Key } },
    });
    const hook = (key: string) => ({
      Type: 'AWS::CloudFormation::GuardHook',
      Properties: { RuleLocation: { Uri: { 'Fn::Sub': `s3://b/${key}` } } },
    });
    const Resources = {
      Upload: lambda('serverlessapp-prod-upload', names.get('upload')),
      Hook: hook(guard),
      Topic: { Type: 'AWS::SNS::Topic' },
      Swapped: lambda('serverlessapp-prod-erase', names.get('query')),
      Two: lambda('serverlessapp-dev-query', `${names.get('query')}/${names.get('erase')}`),
      Inline: lambda('serverlessapp-dev-query', undefined),
      OtherRules: hook(names.get('query') ?? ''),
      New: lambda('serverlessapp-prod-new', names.get('upload')),
      Named: lambda({ Ref: 'T' }, names.get('upload')),
      Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Key: names.get('upload') } } },
      'Steering\u001b[8m\nsame x': lambda('x', names.get('upload')),
    };
    mkdirSync(path.join(assembly, 'assembly-serverlessapp-prod'));
    writeFileSync(
      path.join(assembly, 'assembly-serverlessapp-prod/x.template.json'),
      JSON.stringify({ Resources }),
    );
    const taken = (await rebuild(checkout(), assembly)).filter(({ name }) => name.includes('/'));
    expect(taken.map(({ name, outcome }) => `${outcome} ${name.split('/x/')[1]}`)).toEqual([
      'same Upload',
      'same Hook',
      ...['Swapped', 'Two', 'Inline', 'OtherRules'].map((id) => `differs ${id}`),
      ...['New', 'Named', 'Layer', 'Steering\\u{1b}[8m\\u{a}same x'].map((id) => `unknown ${id}`),
    ]);
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
