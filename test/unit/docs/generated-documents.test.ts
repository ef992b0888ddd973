import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alertPages } from '../../../tools/documents/alert-pages';
import { attackPage, threatTable } from '../../../tools/documents/attack-page';
import { attackRows } from '../../../tools/documents/attack-rows';
import { boundsPage } from '../../../tools/documents/bounds-page';
import { applicationPages } from '../../../tools/documents/application-pages';
import { GENERATORS, textGenerator, OTHER_GENERATORS } from '../../../tools/documents/generators';
import { betweenMarks } from '../../../tools/documents/markdown-table';
import { pictures } from '../../../tools/documents/pictures';
import { SDK_TYPES } from '../../../tools/documents/sdk-types';
import { LARGE_ASSEMBLIES_PAGE, RATIOS_PAGE, ratiosPage, readRecorded } from '../../performance/recorded';
import { PROJECT_ROOT } from '../../support/document-references';

describe('what is generated', () => {
  it.each(Object.keys(GENERATORS))('%s is as it would be generated now (else: npm run generate)', (name) => {
    expect(GENERATORS[name]?.stale()).toEqual([]);
  });
  it('docs/generated holds nothing else', () => {
    const made = [
      ...Object.keys(applicationPages()),
      ...Object.keys(alertPages()),
      ...Object.keys(attackPage()),
      ...Object.keys(boundsPage()),
      RATIOS_PAGE,
      LARGE_ASSEMBLIES_PAGE,
    ];
    const there = readdirSync(path.join(PROJECT_ROOT, 'docs', 'generated')).map((f) => `docs/generated/${f}`);
    expect(there.filter((file) => !made.includes(file))).toEqual([]);
  });
  it('the page of ratios is what was recorded (npm run bench -- --accept)', () => {
    const page = readFileSync(path.join(PROJECT_ROOT, RATIOS_PAGE), 'utf8');
    expect(page).toBe(ratiosPage(readRecorded().values()));
  });
  it('is marked for those who read changes', () => {
    const attributes = readFileSync(path.join(PROJECT_ROOT, '.gitattributes'), 'utf8');
    for (const file of ['docs/generated/**', 'lambda/openapi/*.json', '.github/images/*.svg', SDK_TYPES]) {
      expect(attributes).toContain(`${file} linguist-generated`);
    }
  });
});

it('what other commands write is there, and its pages name the command', () => {
  for (const [command, files] of Object.entries(OTHER_GENERATORS))
    for (const file of files) {
      expect([file, existsSync(path.join(PROJECT_ROOT, file))]).toEqual([file, true]);
      if (!file.endsWith('.md')) continue;
      const page = readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
      expect([file, page.includes(command)]).toEqual([file, true]);
    }
});

it('the pictures show the main things', () => {
  const names = ['overview', 'flow', 'workflow', 'record', 'stacks', 'network'];
  expect(pictures().map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

it('a text that is missing or changed is stale until it is written', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'serverlessapp-generated-'));
  try {
    mkdirSync(path.join(root, 'docs'));
    let text = 'one';
    const generator = textGenerator('a page', () => ({ 'docs/page.md': text }), root);
    expect(generator.stale()).toEqual(['docs/page.md']);
    expect(generator.write()).toEqual(['docs/page.md']);
    expect(generator.stale()).toEqual([]);
    text = 'two';
    expect(generator.stale()).toEqual(['docs/page.md']);
    expect(generator.write()).toEqual(['docs/page.md']);
    expect(readFileSync(path.join(root, 'docs', 'page.md'), 'utf8')).toBe('two');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

describe('the table of the threat model', () => {
  const positions = {
    'function one': { 'read pictures': 'OPEN: by its role', 'lift a control': 'refused by a boundary' },
    'function two': { 'read pictures': 'OPEN: by its role', 'lift a control': 'refused by a boundary' },
    client: { 'read pictures': 'refused', 'lift a control': 'refused' },
  };
  const entry = {
    id: 'ATK-900',
    positions: ['function one', 'function two'],
    goals: ['read pictures'],
    remains: 'It reads.',
    acceptedBy: 'somebody',
    noticedBy: [{ alert: 'an-alert', minutes: 7 }],
    beyond: [],
    untold: [],
  };
  const linesOf = (...args: Parameters<typeof threatTable>): string[] => threatTable(...args).split('\n');

  it('has one row for all who reach the same, with who accepts it and when an alert tells', () => {
    const lines = linesOf(positions, [entry]);
    expect(lines).toContain('| client | none | all | – | – |');
    expect(lines).toContain(
      '| function one, function two | read pictures | lift a control | ATK-900 (somebody) | 7 |',
    );
  });
  it('says of what nobody accepts that nobody does, and of what sets nothing off that only the trail tells', () => {
    expect(linesOf(positions, []).join()).toContain('**accepted by nobody** | nothing tells');
    const untold = [{ attempts: ['s3:GetObject'], because: 'It looks like work.', within: 'a day' }];
    const partly = linesOf(positions, [{ ...entry, untold }]);
    expect(partly.join()).toContain('| ATK-900 (somebody) | 7; of some calls no alert |');
    const own = { ...entry, positions: ['function one'], noticedBy: [], beyond: entry.noticedBy, untold };
    const [row] = linesOf(positions, [own]).filter((line) => line.includes('function one'));
    expect(row).toContain('ATK-900 (somebody), **accepted by nobody**');
    expect(row).toContain('7 when enough of what else it tries is refused; else only the trail tells');
  });
  describe('of two regions', () => {
    const own = 'OPEN: s3:GetObject ← ItsOwn';
    const ofOne = (here: string, there: string) => ({
      'read pictures': here,
      'sign unevaluated': 'refused: NobodySigns',
      'read pictures (us-west-2)': there,
    });
    const regions = {
      'function one': ofOne(own, 'refused: NotHere'),
      'function one (us-west-2)': ofOne('refused', own),
      insider: ofOne('OPEN: all', 'OPEN: all'),
    };
    const tableOf = (matrix: Parameters<typeof threatTable>[0]): string =>
      linesOf(matrix, [{ ...entry, where: 'its own region' }]).join();

    it('folds the rows of a position that comes to the same in each', () => {
      expect(attackRows(regions).map(({ who, inEachRegion }) => [who, inEachRegion])).toEqual([
        ['function one', true],
        ['insider', false],
      ]);
      expect(tableOf(regions)).toContain(
        '| in each region: function one | own region: read pictures | sign unevaluated | ATK-900 (somebody) | 7 |',
      );
      expect(tableOf(regions)).toContain(
        '| insider | read pictures | sign unevaluated | **accepted by nobody**',
      );
    });
    it.each([
      ['reaches the other region', ofOne(own, own)],
      ['is refused where it is', ofOne('refused', 'refused')],
      ['reaches what is there by another statement', ofOne('refused', 'OPEN: s3:GetObject ← Another')],
    ])('shows both rows where the role of the second region %s', (_what, there) => {
      const rows = attackRows({ ...regions, 'function one (us-west-2)': there });
      expect(rows.map(({ who }) => who)).toEqual(['function one', 'function one (us-west-2)', 'insider']);
    });
    it('says of a way into the other region that nobody accepts it', () => {
      const crossing = tableOf({ ...regions, 'function one': ofOne(own, own) });
      expect(crossing).toContain(
        '| function one, insider | read pictures | sign unevaluated | ATK-900 (somebody), **accepted by nobody**',
      );
      const onlyThere = tableOf({ ...regions, insider: ofOne('refused', 'OPEN: all') });
      expect(onlyThere).toContain('| insider | only us-west-2: read pictures |');
    });
  });
  it('follows the matrix: a goal that opens is in the table, in the place that is marked for it', () => {
    const opened = { ...positions, client: { 'read pictures': 'refused', 'lift a control': 'OPEN: now' } };
    expect(linesOf(opened, [entry]).join()).toContain('| client | lift a control | read pictures |');
    const marks = '<!-- x: generated by `npm run generate` -->\nold\n<!-- x: end -->\nafter\n';
    const once = betweenMarks(marks, 'x', 'new');
    expect(once).toContain('new');
    expect(once).not.toContain('old');
    expect(once).toContain('after');
    expect(betweenMarks(once, 'x', 'new')).toBe(once);
    expect(() => betweenMarks('nothing', 'x', 'new')).toThrow('There is no block');
  });
});
