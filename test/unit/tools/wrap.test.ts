import { wrapLine } from '../../../tools/terminal/wrap';

describe('a long line', () => {
  it('is broken between words, and no line is longer than it may be', () => {
    const line = `not emulated here: ${Array.from({ length: 30 }, (_, index) => `Some::Type${index} × ${index}`).join(', ')}`;
    const lines = wrapLine(line, 60);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((part) => part.length > 60)).toEqual([]);
    expect(lines.slice(1).every((part) => part.startsWith('    S') || part.startsWith('    ×'))).toBe(true);
    expect(lines.map((part) => part.trim()).join(' ')).toBe(line);
  });

  it.each(['', 'short', '  with   spaces of its own', 'a'.repeat(200)])('stays %j', (line) =>
    expect(wrapLine(line, 60)).toEqual([line]),
  );
});
