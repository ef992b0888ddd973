#!/usr/bin/env node
// Renders the Mermaid pictures of ARCHITECTURE.md and docs/generated to SVG beside this file, each with the digest of its source, which a
// test compares. Needs Chromium on the PATH (or in CHROMIUM); Mermaid comes from npm, pinned by hash, into .cache.
//   node .github/images/render.mjs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MERMAID = '11.12.0';
const SHA512 = 'ZudVx73BwrMJfCFmSSJT84y6u5brEoV8DOItdHomNLz32uBjNrelm7mg95X7g+C6UoQH/W6mBLGDEDv73JdxBg==';
const CHROMIUM = process.env.CHROMIUM ?? 'chromium';
const here = import.meta.dirname;
const root = path.resolve(here, '..', '..');

/** Picture name → Mermaid source: the code block that follows `<!-- picture: NAME -->`. */
function pictures() {
  const generated = readdirSync(path.join(root, 'docs', 'generated')).map((file) => `docs/generated/${file}`);
  const text = ['ARCHITECTURE.md', ...generated]
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
  const blocks = text.matchAll(/<!-- picture: ([a-z-]+) -->(?:\s|<!--[^>]*-->)*```mermaid\n(.*?)```/gs);
  return [...blocks].map(([, name, source]) => ({ name, source }));
}

function mermaidScript() {
  const folder = path.join(root, '.cache', `mermaid-${MERMAID}`);
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

const page = (script, sources) => `<!doctype html><meta charset="utf-8"><script>
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

const decode = (text) =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&nbsp;/g, '\u00a0')
    .replace(/&amp;/g, '&');

const sources = pictures();
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
  for (const { name, source } of sources) {
    const found = new RegExp(`<pre id="${name}">(.*?)</pre>`, 's').exec(dom)?.[1];
    const svg = decode(found ?? 'ERROR no answer');
    if (!svg.startsWith('<svg')) throw new Error(`${name}: ${svg}`);
    const digest = createHash('sha256').update(source).digest('hex');
    // Mermaid draws round corners with fifteen digits.
    const rounded = svg.replace(/(\d+\.\d)\d{2,}/g, '$1');
    const white = rounded.replace(/background-color: ?[a-z]+;?/, 'background-color: white;');
    writeFileSync(path.join(here, `${name}.svg`), `<!-- source sha256:${digest} -->\n${white}\n`);
    console.log(`${name}.svg`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
