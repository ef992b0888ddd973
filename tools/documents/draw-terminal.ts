import type { Recording } from './recording';

const CHARACTER = 8;
const LINE = 18;
const PADDING = 14;
const BAR = 30;
/** A pause that says nothing is shortened to this. */
const LONGEST_PAUSE_SECONDS = 1.2;
/** Lines that came at once are read one after the other. */
const SHORTEST_PAUSE_SECONDS = 0.08;
const TYPING_SECONDS = 1.5;
const STAY_SECONDS = 8;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As a terminal breaks lines; a shown line and when it comes. */
function wrapped({ lines, width }: Recording): { at: number; text: string }[] {
  return lines.flatMap(({ at, text }) => {
    const parts = [];
    for (let from = 0; from === 0 || from < text.length; from += width)
      parts.push({ at, text: text.slice(from, from + width) });
    return parts;
  });
}

function kindOf(text: string): string {
  if (text.startsWith('$ ')) return 'prompt';
  if (/^\s+✓/.test(text)) return 'done';
  if (/^\s+[─ ]+$/.test(text)) return 'rule';
  return /^\S/.test(text) ? 'heading' : 'plain';
}

/** When each line is shown: as recorded, with long pauses shortened and none left out. */
function timesOf(lines: readonly { at: number }[]): number[] {
  let shown = TYPING_SECONDS;
  let last = 0;
  return lines.map(({ at }) => {
    shown += Math.min(LONGEST_PAUSE_SECONDS, Math.max(SHORTEST_PAUSE_SECONDS, at - last));
    last = at;
    return shown;
  });
}

/** Keyframes of steps: at each time the value holds until the next. */
function keyframes(
  name: string,
  steps: readonly (readonly [at: number, value: number])[],
  total: number,
): string {
  const frames = steps.map(
    ([at, value]) => `${((100 * at) / total).toFixed(2)}%{transform:translateY(${value}px)}`,
  );
  return `@keyframes ${name}{${frames.join('')}100%{transform:translateY(${steps.at(-1)?.[1] ?? 0}px)}}`;
}

/**
 * A recording as an animated picture: text of the recording alone, moved by CSS. Who wants no motion, and a viewer
 * without animations, gets the end of it.
 */
export function drawTerminal(recording: Recording): string {
  const { width, height, command } = recording;
  const lines = [{ at: 0, text: `$ ${command}` }, ...wrapped(recording)];
  const times = timesOf(lines.slice(1));
  const total = (times.at(-1) ?? 0) + STAY_SECONDS;
  const scrolledAt = (count: number): number => -Math.max(0, count - height) * LINE;
  // The curtain hides what was not printed yet: it lies in the moving group, below the last line.
  const shown = [[0, 1], ...times.map((at, index) => [at, index + 2])] as [number, number][];
  const steps = shown.filter(([at], index) => shown[index + 1]?.[0] !== at);
  const scroll = keyframes(
    'scroll',
    steps.map(([at, count]) => [at, scrolledAt(count)]),
    total,
  );
  const curtain = keyframes(
    'curtain',
    steps.map(([at, count]) => [at, count * LINE]),
    total,
  );
  const wide = width * CHARACTER + 2 * PADDING;
  const high = height * LINE + BAR + PADDING;
  const rows = lines.map(({ text }, index) => {
    if (text.trim() === '') return '';
    const size = `textLength="${text.length * CHARACTER}" lengthAdjust="spacingAndGlyphs"`;
    return `<text class="${kindOf(text)}" y="${index * LINE + 13}" ${size}>${escaped(text)}</text>`;
  });
  const end = lines.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img" aria-label="A terminal in which ${escaped(command)} installs, deploys and sends pictures, and prints what became of each">
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#c9d1d9;white-space:pre}
.prompt{fill:#fff;font-weight:700}.done{fill:#7ee787}.heading{fill:#79c0ff;font-weight:700}.rule{fill:#6e7681}
#lines{transform:translateY(${scrolledAt(end)}px)}#curtain{transform:translateY(${end * LINE}px)}
@media (prefers-reduced-motion:no-preference){#lines{animation:scroll ${total.toFixed(1)}s step-end infinite}#curtain{animation:curtain ${total.toFixed(1)}s step-end infinite}}
${scroll}
${curtain}
</style>
<rect width="${wide}" height="${high}" rx="10" fill="#0d1117"/>
<circle cx="18" cy="15" r="5" fill="#ff5f57"/><circle cx="36" cy="15" r="5" fill="#febc2e"/><circle cx="54" cy="15" r="5" fill="#28c840"/>
<clipPath id="window"><rect x="0" y="${BAR}" width="${wide}" height="${height * LINE}"/></clipPath>
<g clip-path="url(#window)"><g transform="translate(${PADDING} ${BAR})"><g id="lines">
${rows.filter((row) => row !== '').join('\n')}
<rect id="curtain" x="-${PADDING}" width="${wide}" height="${end * LINE}" fill="#0d1117"/>
</g></g></g>
</svg>
`;
}
