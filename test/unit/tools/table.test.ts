import { printable } from '../../../tools/terminal/printable';
import { formatTable } from '../../../tools/terminal/table';

describe('what is printed of a name that somebody chose', () => {
  it.each([
    ['\u001b]0;owned\u0007.jpg', '\\x1b]0;owned\\x07.jpg'],
    ['two\nlines\r.jpg', 'two\\x0alines\\x0d.jpg'],
    ['\u009b31mred.jpg', '\\x9b31mred.jpg'],
    ['gpj.\u202egod.jpg', 'gpj.\\u202egod.jpg'],
    ['gato 🐈 é.jpg', 'gato 🐈 é.jpg'],
  ])('%j acts on no terminal', (name, expected) => {
    expect(printable(name)).toBe(expected);
    expect(formatTable(['file'], [[name]])[2]).toBe(expected);
  });
});
