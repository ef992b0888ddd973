import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadNarratives } from '../../../compliance/controls/narratives';
import type { Evaluation } from '../../../compliance/gate';
import type { Evidence } from '../../../compliance/report/evidence';
import type { VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { Browser, hasBrowser } from '../../support/browser';
import { accessibilityViolations, CUT_OFF, VISIBLE_TEXTS } from '../../support/page-checks';
import { evaluateSmallApplication, writeSmallPack } from '../../support/small-pack';

jest.setTimeout(120_000);

/** A4 less the margins of the page's own print style, at 96 pixels an inch. */
const PRINTED_WIDTH = Math.floor(((210 - 2 * 14) / 25.4) * 96);
const CITED_TESTS = new Set(
  loadNarratives().flatMap(({ evidence }) => evidence.flatMap((one) => ('test' in one ? [one.test] : []))),
).size;
const LONG_ARN = `arn:aws:iam::111122223333:role/${'serverlessapp-dev-a-role-with-a-very-long-name-'.repeat(3)}`;
const LONG_PATH = `serverlessapp-dev/${'processing/WorkflowThatHasALongName'.repeat(5)}/Resource`;

const PAGE_NUMBER = /^\d+ of \d+|\d+ of \d+$/;
/** Without white space and ligatures, which a page sets as it likes. */
const bare = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '');

/** An evaluation with everything long that a report can hold, in every section. */
const withLongNames = (evaluation: Evaluation): Evaluation => ({
  ...evaluation,
  notAssessed: [`${LONG_ARN} could not be asked.`],
  failures: [`${LONG_PATH} stopped the engine.`],
  notAdopted: [{ engine: 'cdk-nag', rule: LONG_PATH, reason: LONG_ARN }],
  results: evaluation.results.map((result) => ({
    ...result,
    narratives: [`intake may take on ${LONG_ARN}.`],
  })),
  assembly: {
    ...evaluation.assembly,
    stacks: evaluation.assembly.stacks.map((stack) => ({
      ...stack,
      resources: [
        ...stack.resources,
        ...stack.resources.slice(0, 1).map((resource) => ({
          ...resource,
          logicalId: LONG_PATH.replaceAll('/', ''),
          type: 'AWS::IAM::Role',
          body: {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: LONG_PATH,
              AssumeRolePolicyDocument: { Statement: [{ Principal: { AWS: LONG_ARN } }] },
              Description: LONG_ARN,
            },
          },
        })),
      ],
    })),
  },
});

(hasBrowser ? describe : describe.skip)('the report, in a browser', () => {
  let scratch: string;
  let report: string;
  let browser: Browser;
  /** Evaluated once: each pack changes a copy. */
  let evaluated: Evaluation;
  beforeAll(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-report-'));
    evaluated = evaluateSmallApplication(path.join(scratch, 'cdk.out'));
    report = path.join((await writeSmallPack(scratch, withLongNames, evaluated)).pack, 'index.html');
    browser = await Browser.start();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** The report with something more in its head, opened in a window. */
  async function open(width = 1280, more = ''): Promise<void> {
    const file = path.join(scratch, 'opened.html');
    writeFileSync(file, readFileSync(report, 'utf8').replace('</head>', `${more}</head>`));
    await browser.resize(width, 900);
    await browser.open(file);
  }
  const asPrinted = async (more = ''): Promise<void> => {
    await browser.send('Emulation.setEmulatedMedia', { media: 'print' });
    await open(PRINTED_WIDTH, more);
  };
  afterEach(async () => {
    await browser.send('Emulation.setEmulatedMedia', { media: '' });
    await browser.send('Emulation.setScriptExecutionDisabled', { value: false });
  });

  test('says on the first screen what was evaluated, when, by what, what is claimed, excepted and not assessed', async () => {
    await open();
    const seen = await browser.evaluate<string>(
      `[...document.querySelectorAll('header p, header li, header dt, header dd')]
        .filter((element) => element.getBoundingClientRect().bottom <= innerHeight)
        .map((element) => element.innerText).join('\\n')`,
    );
    for (const part of [
      ...['This application', 'dev', 'aws://111122223333/us-east-1', '2026-06-01 12:00:00 UTC', 'cdk-nag 3'],
      ...[
        'Evaluated: ',
        '34 open',
        'Claimed: ',
        'What this leaves out:',
        'Could not evaluate: ',
        'Not looked at: ',
      ],
      ...[
        `1 of ${CITED_TESTS} test files`,
        'Nothing in an account',
        'EXC-001',
        'until 20',
        'UNSIGNED',
        'CI run',
      ],
      ...['are not claimed here', 'What the auditor still has to test', 'no earlier pack'],
    ]) {
      expect(seen).toContain(part);
    }
  });

  test.each([1280, 390])('cuts nothing off at %d pixels, but what scrolls in itself', async (width) => {
    await open(width);
    expect(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await browser.evaluate(`document.querySelectorAll('.scroll:not([tabindex="0"])').length`)).toBe(0);
  });

  test('keeps each number in one piece, captions in sight and drawings large enough to read, on a phone', async () => {
    await open(390);
    expect(
      await browser.evaluate<number>(
        `[...document.querySelectorAll('.heatmap td')].filter((cell) => getComputedStyle(cell).whiteSpace !== 'nowrap').length`,
      ),
    ).toBe(0);
    expect(
      await browser.evaluate<string[]>(
        `[...document.querySelectorAll('caption')].filter((caption) => caption.checkVisibility() && caption.getBoundingClientRect().width > innerWidth).map((caption) => caption.textContent.trim())`,
      ),
    ).toEqual([]);
    await open(390, '<style>caption { max-width: none !important; }</style>');
    expect(
      await browser.evaluate<number>(
        `[...document.querySelectorAll('caption')].filter((caption) => caption.getBoundingClientRect().width > innerWidth).length`,
      ),
    ).toBeGreaterThan(0);
  });

  test('looks the same where the machine is set to dark colours', async () => {
    const colours = `(() => { const { backgroundColor, color, colorScheme } = getComputedStyle(document.documentElement); return [backgroundColor, color, colorScheme, getComputedStyle(document.body).color, getComputedStyle(document.querySelector('#filter-text')).backgroundColor].join(); })()`;
    await open();
    const light = await browser.evaluate<string>(colours);
    await browser.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: 'dark' }],
    });
    await open();
    expect(await browser.evaluate(colours)).toBe(light);
    expect(light).toContain('light');
    await browser.send('Emulation.setEmulatedMedia', { features: [] });
  });

  test('names what is open once for each property of a resource, and leads from there to the rows', async () => {
    await open();
    const [things, rules, target] = await browser.evaluate<[number, number, boolean]>(`(() => {
      const rows = [...document.querySelectorAll('#open tbody tr')];
      const links = [...document.querySelectorAll('#open tbody a')];
      return [rows.length, links.length, links.every((link) => document.getElementById(link.hash.slice(1)) !== null)];
    })()`);
    expect(things).toBeGreaterThan(0);
    expect(rules).toBeGreaterThan(things);
    expect(target).toBe(true);
    // With a dot in its name, which a selector would read as a class.
    await browser.evaluate(`document.querySelector('#open tbody a[href*="HIPAA.Security"]').click()`);
    expect(await browser.evaluate(`document.querySelector('#rows tr.rule:target').checkVisibility()`)).toBe(
      true,
    );
    const said = await browser.evaluate<string>(`document.querySelector('#open p').innerText`);
    expect(said).toMatch(new RegExp(`^34 open verdicts on ${things} things`));
  });

  test('has no barrier that axe-core finds, rows shown', async () => {
    await open();
    await browser.evaluate(
      `document.querySelectorAll('details').forEach((details) => { details.open = true; })`,
    );
    const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
    expect(await browser.evaluate(accessibilityViolations(axe))).toEqual([]);
    await open(1280, '<style>p { color: #bbb !important; }</style>');
    // Whatever stands outside of what it is asked about, axe-core reads first all the same.
    await browser.evaluate(`document.querySelector('main').replaceChildren()`);
    expect(await browser.evaluate<string[]>(accessibilityViolations(axe, 'header'))).toEqual([
      expect.stringContaining('color-contrast'),
    ]);
  });

  test('filters its rows, follows a rule from a control to them, and the console stays silent', async () => {
    const before = browser.console.length;
    await open();
    const shown = `document.getElementById('filter-shown').textContent`;
    await browser.evaluate(`(() => {
      const field = document.getElementById('filter-text');
      field.value = 'hostile';
      field.dispatchEvent(new Event('input'));
    })()`);
    expect(await browser.evaluate(shown)).toMatch(/^1 of \d+ rows$/);
    await browser.evaluate(`document.querySelector('#controls a[href^="#rule-"]').click()`);
    expect(await browser.evaluate(`document.getElementById('all-rows').open`)).toBe(true);
    expect(await browser.evaluate(`document.querySelector('#rows tr.rule:target').checkVisibility()`)).toBe(
      true,
    );
    expect(browser.console.slice(before)).toEqual([]);
    await open(1280, '<script>null.broken</script>');
    expect(browser.console.length).toBeGreaterThan(before);
  });

  test('leads from a requirement to its rows and template lines, and back to the requirement', async () => {
    await open();
    await browser.evaluate(`document.querySelector('a[data-requirement="HIPAA 164.312(a)(2)(iv)"]').click()`);
    const visible = `[...document.querySelectorAll('#rows tbody')].filter((body) => body.checkVisibility())`;
    const [shown, all] = await browser.evaluate<[number, number]>(
      `[${visible}.length, document.querySelectorAll('#rows tbody').length]`,
    );
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThan(all);
    const anchor = '#r-HIPAA-164.312-a-2-iv';
    expect(
      await browser.evaluate(
        `${visible}.every((body) => body.querySelector('a[href="${anchor}"]') !== null)`,
      ),
    ).toBe(true);
    const place = await browser.evaluate<string>(
      `${visible}[0].querySelector('a[href^="templates/"]').getAttribute('href')`,
    );
    const [file = '', line = ''] = place.split('#');
    await browser.open(path.join(path.dirname(report), file));
    const back = await browser.evaluate<string[]>(
      `[...document.querySelectorAll('#${line} a')].map((link) => link.getAttribute('href'))`,
    );
    expect(back.length).toBeGreaterThan(1);
    await browser.open(`${report}${back[0]?.replace(/^.*#/, '#')}`);
    expect(await browser.evaluate(`document.querySelector('tr:target').checkVisibility()`)).toBe(true);
    const rows = back.map((href) => href.replace(/^.*#/, '#')).join(', ');
    expect(
      await browser.evaluate(
        `[...document.querySelectorAll('${rows}')].some((row) => row.closest('tbody').querySelector('a[href="${anchor}"]'))`,
      ),
    ).toBe(true);
  });

  test('is led through by the keyboard: past the menu, into tables, and open what is closed', async () => {
    await open();
    const press = async (key: string, code: number): Promise<string> => {
      for (const type of ['keyDown', 'keyUp'])
        await browser.send('Input.dispatchKeyEvent', {
          type,
          key,
          windowsVirtualKeyCode: code,
          ...(key === 'Enter' && { text: '\r' }),
        });
      return browser.evaluate(`document.activeElement.tagName + ' ' + document.activeElement.innerText`);
    };
    expect(await press('Tab', 9)).toBe('A To the content');
    await press('Enter', 13);
    expect(await browser.evaluate('location.hash')).toBe('#main');
    await browser.evaluate(`document.querySelector('#all-rows summary').focus()`);
    await press('Enter', 13);
    expect(await browser.evaluate(`document.getElementById('all-rows').open`)).toBe(true);
  });

  test('holds everything without a script: only the filter is not offered', async () => {
    await open();
    const withScript = await browser.evaluate<string[]>(VISIBLE_TEXTS);
    await browser.send('Emulation.setScriptExecutionDisabled', { value: true });
    await open();
    expect(await browser.evaluate(VISIBLE_TEXTS)).toEqual(withScript);
    expect(await browser.evaluate(`document.querySelector('.filter').checkVisibility()`)).toBe(false);
  });

  test('prints on A4 with nothing cut off', async () => {
    await asPrinted();
    expect(await browser.evaluate(CUT_OFF)).toEqual([]);
  });

  test.each([
    [
      'a long name must not break',
      '<style>td, th { white-space: nowrap; overflow-wrap: normal !important; }</style>',
    ],
    ['a line must not break', '<style>li { white-space: nowrap; }</style>'],
    [
      'a box hides what does not fit',
      '<style>dd { width: 4rem; overflow: hidden; white-space: nowrap; }</style>',
    ],
  ])('would be seen to be cut off when %s', async (_case, style) => {
    await asPrinted(style);
    expect(await browser.evaluate(CUT_OFF)).not.toEqual([]);
  });

  test('prints to a PDF that says everything, long names whole, and numbers its pages', async () => {
    await asPrinted();
    const expected = await browser.evaluate<string[]>(VISIBLE_TEXTS);
    expect(expected.join('\n')).toContain(LONG_ARN);
    const texts = await printedPages();
    const numbers = texts.map((text) => PAGE_NUMBER.exec(text)?.[0]);
    expect(numbers).toEqual(texts.map((_, index) => `${index + 1} of ${texts.length}`));
    const text = texts.map((page) => bare(page.replace(PAGE_NUMBER, ''))).join('');
    expect(expected.filter((part) => !text.includes(bare(part)))).toEqual([]);
  });

  test('takes less than a second of the processor to load with as many rows as production has', async () => {
    const manyRows = (evaluation: Evaluation): Evaluation => ({
      ...evaluation,
      rows: Array.from({ length: 25_000 }, (_, index): VerdictRow => {
        const row = evaluation.rows[index % evaluation.rows.length];
        if (row === undefined) throw new Error('no rows');
        return { ...row, message: `${row.message} ${index}` };
      }),
    });
    const many = await writeSmallPack(path.join(scratch, 'many'), manyRows, evaluated);
    const file = path.join(many.pack, 'index.html');
    expect(readFileSync(file).length).toBeLessThan(4_500_000);
    // Of the processor, not by the clock: who else is at work on the machine is not the page's doing.
    await browser.send('Performance.enable', { timeDomain: 'threadTicks' });
    await browser.open(file);
    const { metrics } = (await browser.send('Performance.getMetrics')) as {
      metrics: { name: string; value: number }[];
    };
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value;
    expect(seconds).toBeGreaterThan(0.01);
    expect(seconds).toBeLessThan(1);
    expect(await browser.evaluate('document.querySelectorAll("*").length')).toBeLessThan(60_000);
    expect(
      await browser.evaluate(
        `[...document.querySelectorAll('#rows tr')].some((row) => row.checkVisibility())`,
      ),
    ).toBe(false);
  });

  describe('the summary and the frameworks, by themselves', () => {
    let pack: string;
    beforeAll(async () => {
      const place = path.join(scratch, 'prod');
      const ofProduction = (evaluation: Evaluation): Evaluation => ({
        ...evaluation,
        stage: 'prod',
        // What happened on a machine that had no time: each engine gives several reasons.
        failures: Array.from({ length: 12 }, (_, index) => `engine-${index}: ${LONG_PATH} `.repeat(3)),
        notAssessed: Array.from({ length: 6 }, () => LONG_ARN),
      });
      ({ pack } = await writeSmallPack(place, ofProduction, evaluated));
    });
    const openAsPrinted = async (file: string): Promise<void> => {
      await browser.send('Emulation.setEmulatedMedia', { media: 'print' });
      await browser.resize(PRINTED_WIDTH, 900);
      await browser.open(path.join(pack, file));
    };
    const evidence = (): Evidence =>
      JSON.parse(readFileSync(path.join(pack, 'evidence.json'), 'utf8')) as Evidence;

    test('the summary prints on two pages, with every control and exception of production', async () => {
      await openAsPrinted('summary.html');
      expect(await browser.evaluate(CUT_OFF)).toEqual([]);
      const pages = await printedPages();
      expect(pages).toHaveLength(2);
      const { narratives, exceptions } = evidence();
      expect(exceptions.length).toBeGreaterThan(8);
      expect(pages[0]).toContain('10 more, which the report names');
      const ids = [...narratives, ...exceptions].map(({ id }) => id);
      expect(ids.filter((id) => !pages.join('').includes(id))).toEqual([]);
    });

    test('a third page would be seen', async () => {
      await openAsPrinted('summary.html');
      await browser.evaluate(
        `document.querySelector('main').append(document.querySelector('main').cloneNode(true))`,
      );
      expect((await printedPages()).length).toBeGreaterThan(2);
    });

    test.each(['HIPAA', 'SOC2', 'CIS-AWS-7.0'])(
      '%s prints by itself: each of its requirements, nothing cut off, on numbered pages',
      async (framework) => {
        await openAsPrinted(`frameworks/${framework}.html`);
        expect(await browser.evaluate(CUT_OFF)).toEqual([]);
        const pages = await printedPages();
        expect(pages.map((text) => PAGE_NUMBER.exec(text)?.[0])).toEqual(
          pages.map((_, index) => `${index + 1} of ${pages.length}`),
        );
        const text = bare(pages.join(''));
        const own = evidence().requirements.filter((one) => one.framework === framework);
        expect(own.length).toBeGreaterThan(40);
        expect(
          own.filter(({ id, title }) => !text.includes(bare(id)) || !text.includes(bare(title))),
        ).toEqual([]);
      },
    );

    test.each(['frameworks/HIPAA.html', 'summary.html', 'templates/serverlessapp-dev-storage.template.html'])(
      '%s: axe-core finds no barrier, nothing is cut off on a phone, nothing is loaded',
      async (file) => {
        const before = browser.console.length;
        await browser.resize(390, 900);
        await browser.open(path.join(pack, file));
        expect(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
        expect(await browser.evaluate(accessibilityViolations(axe))).toEqual([]);
        expect(browser.console.slice(before)).toEqual([]);
        expect(
          await browser.evaluate(`performance.getEntriesByType('resource').map(({ name }) => name)`),
        ).toEqual([]);
      },
    );
  });

  async function printedPages(): Promise<string[]> {
    const { python } = await ensurePythonTool('pypdf', { progress: silentProgress });
    const file = path.join(scratch, 'report.pdf');
    writeFileSync(file, await browser.pdf());
    const read =
      'import json, sys, pypdf; print(json.dumps([page.extract_text() for page in pypdf.PdfReader(sys.argv[1]).pages]))';
    return JSON.parse(execFileSync(python, ['-c', read, file], { encoding: 'utf8' })) as string[];
  }
});
