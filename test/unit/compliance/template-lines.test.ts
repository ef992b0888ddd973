import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parseCommand } from '../../../compliance/cli/arguments';
import { diffCommand } from '../../../compliance/cli/inspect-pack';
import { comparePacks, readPack } from '../../../compliance/report/difference';
import { changedLines, linesOfTemplate } from '../../../compliance/report/template-lines';
import type { Evidence } from '../../../compliance/report/evidence';
import { differenceSection } from '../../../compliance/report/html/sections';
import { TEMPLATE_LINES } from '../../../lib/names';

const linesOf = (template: object) => linesOfTemplate(JSON.stringify(template), 'x.template.json');

/** A pack as far as it is compared, with the templates of these stacks. */
function packAt(templates: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-pack-'));
  mkdirSync(path.join(folder, 'templates'));
  const stacks = Object.entries(templates).map(([name, template]) => {
    writeFileSync(path.join(folder, 'templates', `${name}.template.json`), JSON.stringify(template));
    return { name, sha256: JSON.stringify(template) };
  });
  const identity = { generated: '2026-11-30', stage: 'prod', commit: { id: 'abc' }, stacks, tools: [] };
  const nothing = { narratives: [], requirements: [], exceptions: [], rows: [] };
  writeFileSync(
    path.join(folder, 'evidence.json'),
    JSON.stringify({ identity, result: 'clean', ...nothing }),
  );
  return folder;
}
const pack = (templates: Readonly<Record<string, object>>) => readPack(packAt(templates));
const changes = (before: object, after: object): readonly string[] =>
  comparePacks(pack({ api: before }), pack({ api: after })).groups.find(
    ({ title }) => title === TEMPLATE_LINES,
  )?.lines ?? [];

const withFunction = (properties: object) => ({
  Resources: { Upload: { Type: 'AWS::Lambda::Function', Properties: properties } },
});

describe('the values of a template, since the pack before', () => {
  it('tell a variable that came, where it stands and what it says', () => {
    expect(
      changes(
        withFunction({ Environment: { Variables: { STAGE: 'prod' } } }),
        withFunction({ Environment: { Variables: { STAGE: 'prod', NODE_OPTIONS: '--import=data:x' } } }),
      ),
    ).toEqual([
      'api: new: Resources › Upload › Properties › Environment › Variables › NODE_OPTIONS: "--import=data:x"',
    ]);
  });
  it('tell what a value was and is, beside each other', () => {
    expect(
      changes(withFunction({ Handler: 'index.handler' }), withFunction({ Handler: 'other.handler' })),
    ).toEqual([
      'api: gone: Resources › Upload › Properties › Handler: "index.handler"',
      'api: new: Resources › Upload › Properties › Handler: "other.handler"',
    ]);
  });
  it('tell one element of a list, and a second one that says the same', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject' };
    const other = { Effect: 'Deny', Action: '*' };
    expect(changes(withFunction({ List: [statement] }), withFunction({ List: [other, statement] }))).toEqual([
      `api: new: Resources › Upload › Properties › List[]: ${JSON.stringify(other)}`,
    ]);
    expect(
      changes(withFunction({ List: [statement] }), withFunction({ List: [statement, statement] })),
    ).toEqual([`api: new: Resources › Upload › Properties › List[]: ${JSON.stringify(statement)}`]);
  });
  it('tell a line of a text of many', () => {
    expect(changes(withFunction({ Spec: 'a\nb\nc' }), withFunction({ Spec: 'a\nx\nc' }))).toEqual([
      'api: gone: Resources › Upload › Properties › Spec (text): "b"',
      'api: new: Resources › Upload › Properties › Spec (text): "x"',
    ]);
  });
  it('tell of a long value what changed in it, and where', () => {
    const states = (seconds: number) => ({
      Definition: {
        'Fn::Join': ['', [`${'{"Pass":true},'.repeat(50)}{"Seconds":${seconds}}${'}'.repeat(200)}`]],
      },
    });
    const [gone = '', come = '', ...more] = changes(withFunction(states(5)), withFunction(states(60)));
    expect(more).toEqual([]);
    expect(gone).toMatch(
      /Join\[\] \(changed at character \d+ of \d+\): \["\{\\"Pass\\":true.*….*\\"Seconds\\":5\}.*…$/,
    );
    expect(come).toMatch(/\(changed at character \d+ of \d+\): .*….*\\"Seconds\\":60\}.*…$/);
    expect(gone.length).toBeLessThan(400);
  });
  it('tell of a long value no half of a character', () => {
    const emoji = (digest: string) => `${'🚀'.repeat(300)}${digest}${'🚀'.repeat(300)}`;
    const lines = ['a', 'bb', 'ccc'].flatMap((digest, at) =>
      changes(withFunction({ P: emoji(digest) }), withFunction({ P: `${at % 2 ? 'x' : ''}${emoji('d')}` })),
    );
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => /\p{Cs}/u.test(line))).toEqual([]);
  });
  it('tell long values whole where it is not plain which came in whose place', () => {
    const long = (letter: string) => letter.repeat(1_000);
    expect(
      changes(withFunction({ P: [long('a'), long('b')] }), withFunction({ P: [long('c')] })).map(
        (line) => line.length > 1_000,
      ),
    ).toEqual([true, true, true]);
  });
  it('tell a whole stack that came, and nothing where nothing changed', () => {
    const template = withFunction({ Handler: 'a', Empty: {}, None: [] });
    expect(changes(template, template)).toEqual([]);
    const { groups } = comparePacks(pack({ api: template }), pack({ api: template, more: template }));
    expect(groups.find(({ title }) => title === TEMPLATE_LINES)?.lines).toHaveLength(4);
  });
  it.each([
    ['of a list', ['a', 'b', 'c'], ['b', 'a', 'c'], 'P[]', '"b", "a", "c"'],
    ['of a text', 'a\nb\nc', 'c\na\nb', 'P (text)', '"c", "a", "b"'],
  ])('tell another order %s', (_what, before, after, at, now) => {
    expect(changes(withFunction({ P: before }), withFunction({ P: after }))).toEqual([
      `api: in another order: Resources › Upload › Properties › ${at}: ${now}`,
    ]);
  });
  it.each([
    ['a number and its digits', 1, '1'],
    ['nothing and its name', {}, '{}'],
    ['an object in a list and its text', [{ numeric: ['>=', 4] }], ['{"numeric":[">=",4]}']],
    ['two names and one', { a: { b: 'c' } }, { 'a › b': 'c' }],
    ['a list and a name that looks like one', { r: ['a', 'b'] }, { r: ['a'], 'r[]': 'b' }],
    ['a value and a name that holds it', { a: 'b' }, { 'a: "b"': '' }],
  ])('tell %s apart', (_what, before, after) => {
    expect(changes(withFunction({ P: before }), withFunction({ P: after }))).not.toEqual([]);
  });
  it('stand on the page with each character that would steer its reader by its number', () => {
    const difference = comparePacks(
      pack({ api: withFunction({}) }),
      pack({ api: withFunction({ Handler: 'a\u202eb' }) }),
    );
    const { text: page } = differenceSection({ difference } as Evidence);
    expect(page).toContain('a\\u{202e}b');
    expect(page).not.toContain('\u202e');
  });
  it('are none exactly where the templates say the same', () => {
    const ordered = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, child]) => [key, ordered(child)]),
          )
        : value;
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('a', 'b', 'a\nb', 'b\na', '1', 'true', 'null', '{}', '[]', '["a"]', '{"A":"a"}'),
        fc.constantFrom(
          1,
          true,
          null,
          'a'.repeat(500),
          `${'a'.repeat(250)}b${'a'.repeat(249)}`,
          'a'.repeat(501),
        ),
        fc.array(fc.oneof(fc.constantFrom('a', '1', 1, false, 'false'), tie('value')), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('A', 'B', 'A › B', 'A[]', 'A (text)', 'A: "a"'), tie('value'), {
          maxKeys: 2,
        }),
      ),
    }));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const found = changedLines(linesOf(withFunction({ P: one })), linesOf(withFunction({ P: other })));
        expect(found.length === 0).toBe(JSON.stringify(ordered(one)) === JSON.stringify(ordered(other)));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the values of some stacks alone, `diff OLD NEW --stacks NAME`', () => {
  const said = (...args: string[]): string[] => {
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(text));
    try {
      const command = parseCommand(['diff', ...args]);
      if (command.name !== 'diff') throw new Error(command.name);
      expect(diffCommand(command)).toBe(0);
      return lines;
    } finally {
      log.mockRestore();
    }
  };
  const [one, two] = [withFunction({ Handler: 'a' }), withFunction({ Handler: 'b\u001b[8m' })];
  const before = packAt({ delivery: one, 'delivery-recovery': one, 'delivery2-x': one, api: one });
  const after = packAt({ delivery: two, 'delivery2-x': two, api: two, 'delivery-more': {} });

  it('are told a line each and nothing else: as many lines as values', () => {
    expect(said(before, after, '--stacks', 'delivery')).toEqual([
      'delivery: gone: Resources › Upload › Properties › Handler: "a"',
      'delivery: new: Resources › Upload › Properties › Handler: "b\\u001b[8m"',
      'delivery-recovery: gone: Resources › Upload › Properties › Handler: "a"',
      'delivery-recovery: gone: Resources › Upload › Type: "AWS::Lambda::Function"',
      'delivery-more: new: : {}',
    ]);
    expect(said(before, before, '--stacks', 'delivery')).toEqual([]);
  });
});
