import { parseCommandLine } from '../../../local/command-line';
import { SetupError } from '../../../tools/setup/setup-error';

describe('the command line of npm start', () => {
  it('reads options and pictures in any order', () => {
    expect(parseCommandLine(['a.jpg', '--once', '--json', 'out.json', 'folder', '--port', '4566'])).toEqual({
      pictures: ['a.jpg', 'folder'],
      once: true,
      json: 'out.json',
      port: 4566,
      verbose: false,
      help: false,
    });
  });

  it.each([[['--unknown']], [['--json']], [['--port', '0']], [['--port', 'x']], [['--port', '70000']]])(
    'refuses %j with a next step',
    (args) => {
      expect(() => parseCommandLine(args)).toThrow(SetupError);
    },
  );
});
