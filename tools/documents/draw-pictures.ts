import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CACHE_DIRECTORY, PROJECT_ROOT } from '../setup/project-paths';
import { drawingOf, type Picture, sourceMark } from './pictures';

/** Version and hash beside those of the Python tools: the drawings shall not change with the day. */
const [MERMAID = '', SHA512 = ''] = readFileSync(
  path.join(PROJECT_ROOT, 'tools', 'requirements', 'mermaid.txt'),
  'utf8',
)
  .trim()
  .split(' sha512-');
/** The browser's command. */
export const CHROMIUM = process.env['CHROMIUM'] ?? 'chromium';

/** Mermaid as one script, from npm. */
function mermaidScript(): string {
  const folder = path.join(CACHE_DIRECTORY, `mermaid-${MERMAID}`);
  const script = path.join(folder, 'package', 'dist', 'mermaid.min.js');
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  const pack = ['pack', `mermaid@${MERMAID}`, '--silent', '--pack-destination', folder];
  const archive = path.join(folder, execFileSync('npm', pack, { encoding: 'utf8' }).trim());
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (digest !== SHA512) throw new Error(`mermaid ${MERMAID} is not the pinned one: sha512-${digest}`);
  execFileSync('tar', ['-xzf', archive, '-C', folder, 'package/dist/mermaid.min.js']);
  rmSync(archive);
  return script;
}

const page = (
  script: string,
  sources: readonly Picture[],
): string => `<!doctype html><meta charset="utf-8"><script>
let seed = 1; // Shapes are drawn with chance; the same source shall give the same bytes.
Math.random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
</script><script src="file://${script}"></script><body><script>
(async () => {
  mermaid.initialize({
    startOnLoad: false, htmlLabels: false, deterministicIds: true, theme: 'neutral',
    themeCSS: '.edgeLabel rect, .edgeLabel .background { opacity: 1; fill: white; }',
    fontFamily: 'Helvetica, Arial, sans-serif',
    themeVariables: { noteBkgColor: '#f4f4f4', noteTextColor: '#333', noteBorderColor: '#999' },
    flowchart: {
      htmlLabels: false, useMaxWidth: false, wrappingWidth: 360, nodeSpacing: 30, rankSpacing: 40,
      subGraphTitleMargin: { top: 4, bottom: 8 },
    },
    state: { useMaxWidth: false },
    sequence: { useMaxWidth: false, actorMargin: 24, width: 110, height: 40, messageMargin: 26, noteMargin: 6 },
  });
  for (const { name, source } of ${JSON.stringify(sources)}) {
    const out = document.createElement('pre');
    out.id = name;
    try { out.textContent = (await mermaid.render('picture-' + name, source)).svg; }
    catch (error) { out.textContent = 'ERROR ' + error; }
    document.body.append(out);
  }
  document.title = 'done';
})();
</script>`;

const decode = (text: string): string =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&nbsp;/g, '\u00a0')
    .replace(/&amp;/g, '&');

/**
 * Draws pictures to SVG by Mermaid in Chromium (on the PATH, or in `CHROMIUM`).
 * @returns the files written, from the root
 */
export function drawPictures(sources: readonly Picture[]): string[] {
  const scratch = mkdtempSync(path.join(tmpdir(), 'render-'));
  try {
    const html = path.join(scratch, 'page.html');
    writeFileSync(html, page(mermaidScript(), sources));
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--allow-file-access-from-files',
      '--lang=en',
    ];
    const dom = execFileSync(
      CHROMIUM,
      [...flags, `--user-data-dir=${scratch}`, '--virtual-time-budget=20000', '--dump-dom', `file://${html}`],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return sources.map((picture) => {
      const found = new RegExp(`<pre id="${picture.name}">(.*?)</pre>`, 's').exec(dom)?.[1];
      const svg = decode(found ?? 'ERROR no answer');
      if (!svg.startsWith('<svg')) throw new Error(`${picture.name}: ${svg}`);
      // Mermaid draws round corners with fifteen digits.
      const rounded = svg.replace(/(\d+\.\d)\d{2,}/g, '$1');
      const white = rounded.replace(/background-color: ?[a-z]+;?/, 'background-color: white;');
      writeFileSync(
        path.join(PROJECT_ROOT, drawingOf(picture)),
        `${sourceMark(picture)}
${white}
`,
      );
      return drawingOf(picture);
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
