import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { recordTable, resultTable } from '../../../local/report/results';
import { drawTerminal } from '../../../tools/documents/draw-terminal';
import { readRecording, RECORDING } from '../../../tools/documents/recording';
import { PROJECT_ROOT, projectFiles } from '../../support/document-references';

const recording = readRecording(RECORDING);
const texts = recording.lines.map(({ text }) => text);

describe('the recording that README.md shows', () => {
  // Of what the programs would print today, by their sources: a recording that is out of date tells of something else.
  const sources = projectFiles()
    .filter((file) => /^(bin|tools|local|compliance)\/.*\.ts$/.test(file))
    .map((file) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8').replace(/\$\{[^}]*\}/g, '…'))
    .join('\n');
  const steps = texts
    .filter((text) => text.startsWith('  ✓ '))
    .map((text) => text.slice(4).replace(/ \([\d.]+ s\)$/, ''));
  const isToldBySources = (step: string): boolean =>
    sources.includes(step) || sources.includes(step.replace(/\b(dev|start)\b/, '…'));

  it('shows the steps that there are', () => {
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.filter((step) => !isToldBySources(step))).toEqual([]);
    expect(isToldBySources('a step that is gone')).toBe(false);
  });

  it('shows the tables as they are, to their end', () => {
    const columns = (line = ''): string[] => line.trim().split(/ {2,}/);
    const heads = texts.map((text) => columns(text).join('|'));
    expect(heads).toContain(columns(resultTable([])[0]).join('|'));
    expect(heads).toContain(columns(recordTable([])[0]).join('|'));
    expect(texts.at(-1)).toMatch(/^\d+ s from start to results\.$/);
  });

  it('names no folder of the machine that it was made on', () =>
    expect(texts.filter((text) => /(^|[\s'"])\/(?!images|upload)\w/.test(text))).toEqual([]));
});

describe('a terminal drawn from a recording', () => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'recording-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const draw = (lines: readonly string[]): string => {
    const file = path.join(scratch, 'it.cast');
    const events = lines.map((text, index) => JSON.stringify([index * 100, 'o', `${text}\r\n`]));
    writeFileSync(
      file,
      [JSON.stringify({ version: 2, width: 20, height: 2, command: 'it <now>' }), ...events].join('\n'),
    );
    return drawTerminal(readRecording(file));
  };

  it('breaks lines as a terminal does, escapes them, and ends with the last ones in sight', () => {
    const svg = draw(['a line of more than twenty characters', '\u001B[32m& done\u001B[0m']);
    expect([...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) => text)).toEqual([
      '$ it &lt;now&gt;',
      'a line of more than ',
      'twenty characters',
      '&amp; done',
    ]);
    expect(svg).toContain('#lines{transform:translateY(-36px)}#curtain{transform:translateY(72px)}');
  });

  it('waits for nothing that is long, and moves for nobody who wants no motion', () => {
    const svg = draw(['one', 'two', 'three']);
    // Typing, 1.2 s for each pause of 100 s, and time to read.
    expect(svg).toMatch(/prefers-reduced-motion:no-preference\)\{#lines\{animation:scroll 1[12]\.\ds/);
  });
});
