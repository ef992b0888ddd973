import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkJsonTarget, writeJsonResults } from '../../../local/report/json-results';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'json-results-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

describe('where --json writes', () => {
  it.each([
    ['missing/out.json', 'its folder does not exist'],
    ['file/out.json', 'what should be its folder is a file'],
    ['folder', 'it is a folder'],
  ])('%s is refused before anything is started', async (name, cause) => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), '');
    await expect(checkJsonTarget(at(name))).rejects.toMatchObject({
      name: 'SetupError',
      message: `--json cannot write ${at(name)}: ${cause}.`,
      nextStep: expect.stringContaining('Nothing was started') as string,
    });
  });

  it('is left as it was by the question', async () => {
    writeFileSync(at('there.json'), 'earlier');
    await checkJsonTarget(at('there.json'));
    await checkJsonTarget(at('new.json'));
    expect(readdirSync(folder)).toEqual(['there.json']);
    expect(readFileSync(at('there.json'), 'utf8')).toBe('earlier');
  });

  it('gets one array, and what never left this machine as rejected by it', async () => {
    const row = { imageId: null, category: null, confidence: null, s3Location: null, milliseconds: 1 };
    await writeJsonResults(at('out.json'), [
      { ...row, file: 'a', status: 'unreadable', reason: 'no such file' },
    ]);
    expect(JSON.parse(readFileSync(at('out.json'), 'utf8'))).toEqual([
      { ...row, file: 'a', status: 'rejected', reason: 'unreadable: no such file' },
    ]);
  });
});
