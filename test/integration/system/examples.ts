import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { BOUNDS } from '../../../lambda/domain/bounds';
import type { GetSystem } from './test-system';

const run = promisify(execFile);
const CAT = path.join(PROJECT_ROOT, 'local', 'samples', 'pictures', 'cat.jpg');

/** The examples as whoever copies them runs them: the SDK compiled and installed, Python with its own library. */
export function describeExamples(system: GetSystem): void {
  describe('the examples for clients', () => {
    let folder = '';
    let large = '';
    let broken = '';
    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'examples-'));
      const installed = path.join(folder, 'node_modules', 'serverlessapp-pictures');
      mkdirSync(installed, { recursive: true });
      const sdk = path.join(PROJECT_ROOT, 'tools', 'sdk');
      cpSync(path.join(sdk, 'package.json'), path.join(installed, 'package.json'));
      const tsc = path.join(PROJECT_ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
      await run(process.execPath, [tsc, '-p', sdk, '--outDir', path.join(installed, 'dist')]);
      cpSync(path.join(sdk, 'examples', 'classify.mts'), path.join(folder, 'classify.mts'));
      large = path.join(folder, 'large.png');
      await sharp(CAT).resize(2200).png({ compressionLevel: 0 }).toFile(large);
      broken = path.join(folder, 'broken.jpg');
      writeFileSync(broken, 'no picture');
    }, 120_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const environment = () => {
      const { aws } = system();
      return {
        PATH: process.env['PATH'],
        API: aws.apiUrl,
        KEY: aws.apiKeys.get('demo')?.value ?? '',
        SSL_CERT_FILE: aws.emulator.certificateFile,
        NODE_EXTRA_CA_CERTS: aws.emulator.certificateFile,
      };
    };
    it.each([
      ['TypeScript', () => [process.execPath, path.join(folder, 'classify.mts')]],
      ['Python', () => ['python3', path.join(PROJECT_ROOT, 'tools', 'sdk', 'examples', 'classify.py')]],
    ])('in %s sends a small and a large picture, waits, and reads a refusal', async (_, command) => {
      expect(statSync(large).size).toBeGreaterThan(BOUNDS.inlineBytes);
      const [program = '', ...parameters] = command();
      const { stdout } = await run(program, [...parameters, CAT, large, broken], {
        cwd: folder,
        env: environment(),
      });
      const [small, big, refused] = stdout.split('\n').map((line) => line.replaceAll(/\S*\//g, ''));
      expect(small).toMatch(/^cat\.jpg cat \d/);
      expect(big).toMatch(/^large\.png cat \d/);
      expect(refused).toMatch(/^broken\.jpg picture-rejected \S/);
    });
  });
}
