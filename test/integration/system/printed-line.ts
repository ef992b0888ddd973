import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { shellLine } from '../../../local/report/shell-line';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import type { GetSystem } from './test-system';

const run = promisify(execFile);
const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** README.md's commands for clients, each as it stands there, by the comment before it. */
function readmeCommands(): string[] {
  const readme = readFileSync(path.join(PROJECT_ROOT, 'README.md'), 'utf8');
  const block = /## Use the API[^]*?```sh\n([^]*?)```/.exec(readme)?.[1] ?? '';
  return block.split(/\n\n/).filter((command) => command.includes('curl'));
}

const PYTHON = `import json, os, urllib.request as u
print(json.load(u.urlopen(u.Request(os.environ['API'] + '/images?limit=1', headers={'x-api-key': os.environ['KEY']}))))`;
const NODE = `fetch(process.env.API + '/images?limit=1', { headers: { 'x-api-key': process.env.KEY } })
  .then((answer) => answer.json()).then((body) => console.log(JSON.stringify(body)))`;
const JAVA = `import java.net.URI; import java.net.http.*;
class Client { public static void main(String[] a) throws Exception {
  var request = HttpRequest.newBuilder(URI.create(System.getenv("API") + "/images?limit=1"))
    .header("x-api-key", System.getenv("KEY")).build();
  System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body()); } }`;

/** What `npm start` prints for other shells, used there by what is really on people's machines. */
export function describePrintedLine(system: GetSystem): void {
  describe('the line that npm start prints', () => {
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'printed-line-'));
      copyFileSync(path.join(PROJECT_ROOT, 'local/samples/pictures/cat.jpg'), path.join(folder, 'cat.jpg'));
      await sharp(path.join(folder, 'cat.jpg')).png().toFile(path.join(folder, 'cat.png'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const inShell = async (command: string): Promise<string> => {
      const { aws } = system();
      const line = shellLine(aws.apiUrl, aws.apiKeys.get('demo')?.value ?? '', aws.emulator.certificateFile);
      const script = `set -euo pipefail\n${line}\n${command}`;
      // The machine's resolver, proxies and trust are what they are; only the line is ours.
      const env = { PATH: process.env['PATH'], HOME: folder };
      return (await run('bash', ['-c', script], { cwd: folder, env })).stdout;
    };

    (isThere('curl') && isThere('jq') ? it : it.skip)(
      "makes README.md's commands work as they stand",
      async () => {
        const [small = '', large = '', record = '', ...more] = readmeCommands();
        expect(more).toEqual([]);
        const { imageId } = JSON.parse(await inShell(small)) as { imageId: string };
        expect(await inShell(`${large}\necho "$form"`)).toContain('"imageId"');
        const outcome = await inShell(record.replace('IMAGE-ID', imageId));
        expect(outcome).toContain(imageId);
      },
    );

    it('reaches Python', async () => {
      const said = await inShell(`SSL_CERT_FILE=$CURL_CA_BUNDLE python3 - <<'END'\n${PYTHON}\nEND`);
      expect(said).toContain("'items'");
    });

    it('reaches Node', async () => {
      const node = `NODE_EXTRA_CA_CERTS=$CURL_CA_BUNDLE '${process.execPath}'`;
      expect(await inShell(`${node} - <<'END'\n${NODE}\nEND`)).toContain('"items"');
    });

    (isThere('java') && isThere('keytool') ? it : it.skip)('reaches Java', async () => {
      writeFileSync(path.join(folder, 'Client.java'), JAVA);
      const trust =
        'keytool -importcert -noprompt -alias local -storepass changeit -keystore trust -file "$CURL_CA_BUNDLE"';
      expect(
        await inShell(
          `${trust}\njava -Djavax.net.ssl.trustStore=trust -Djavax.net.ssl.trustStorePassword=changeit Client.java`,
        ),
      ).toContain('"items"');
    });
  });
}
