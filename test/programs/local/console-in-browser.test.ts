import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Console, startConsole } from '../../../local/console/server';
import { webhookHeaders } from '../../../lambda/domain/webhook-signature';
import { createCertificate } from '../../../local/emulator/certificate';
import { loopbackAgent } from '../../../local/emulator/loopback';
import { toldView } from '../../../local/receiver/told-view';
import { WebhookReceiver } from '../../../local/receiver/webhook-receiver';
import { send } from '../../../tools/client/api-client';
import { Browser, hasBrowser } from '../../support/browser';
import { FakeSystem, idOf } from '../../support/local-console';
import { accessibilityViolations, CUT_OFF } from '../../support/page-checks';

jest.setTimeout(60_000);

const DOG = path.join(__dirname, '..', '..', '..', 'local', 'samples', 'pictures', 'dog.jpg');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** To look at what a person sees: `SCREENSHOTS=FOLDER npx jest …`. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

(hasBrowser ? describe : describe.skip)('the console, in a browser', () => {
  let system: FakeSystem;
  let opened: Console;
  let browser: Browser;
  let scratch: string;
  beforeAll(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-console-browser-'));
    system = await FakeSystem.create(130, readFileSync(DOG));
    system.reviews = [
      {
        schemaVersion: 1,
        imageId: idOf(2),
        reason: 'both-animals',
        candidates: [
          { category: 'cat', confidence: 97 },
          { category: 'dog', confidence: 96.4 },
        ],
        link: `/images/${idOf(2)}`,
      },
    ];
    system.waiting = [idOf(2), idOf(3), idOf(4)];
    opened = await startConsole(system.options());
    browser = await Browser.start();
  });
  afterAll(async () => {
    await browser.close();
    await opened.close();
    await system.remove();
    rmSync(scratch, { recursive: true, force: true });
  });
  afterEach(async () => {
    await browser.send('Emulation.setEmulatedMedia', { features: [] });
    // What broke the page's policy, failed to load or threw; Swagger UI tells of parts that it does without.
    expect(browser.console.filter((line) => !/"url":"blob:|Could not find component/.test(line))).toEqual([]);
  });

  const shot = async (name: string): Promise<void> => {
    if (SCREENSHOTS !== undefined)
      writeFileSync(path.join(SCREENSHOTS, `${name}.png`), await browser.screenshot());
  };
  const text = (selector: string) =>
    browser.evaluate<string>(`document.querySelector('${selector}').innerText`);
  const click = (selector: string) => browser.evaluate(`document.querySelector('${selector}').click()`);
  async function press(key: string): Promise<void> {
    const keyCode = { Enter: 13, Escape: 27, Tab: 9 }[key];
    const event = {
      key,
      code: key,
      windowsVirtualKeyCode: keyCode,
      ...(key === 'Enter' ? { text: '\r' } : {}),
    };
    await browser.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }
  async function open(width = 1280, scheme = 'light', height = 1400): Promise<void> {
    await browser.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    await browser.resize(width, height);
    await browser.visit(opened.url);
    await browser.until(
      `document.querySelector('#live').dataset.state === 'live' && document.querySelectorAll('.picture').length`,
    );
  }
  const showDetails = async (): Promise<void> => {
    await click('.picture .open');
    await browser.until(`document.querySelectorAll('#details-boxes rect').length`);
  };

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ])('breaks no rule of WCAG 2 AA and cuts nothing off at %d pixels, %s', async (width, scheme) => {
    await open(width, scheme);
    await browser.until(
      `!document.querySelector('#desk').hidden && document.querySelector('#desk-image').complete`,
    );
    expect(await browser.evaluate(accessibilityViolations(AXE))).toEqual([]);
    expect(await browser.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await browser.evaluate(CUT_OFF)).toEqual([]);
    await shot(`console-${width}-${scheme}`);
    await showDetails();
    expect(await browser.evaluate(accessibilityViolations(AXE, '#details'))).toEqual([]);
    await shot(`details-${width}-${scheme}`);
  });

  test('lets a reviewer decide by keys, which count on the desk alone', async () => {
    await open();
    await browser.until(`document.querySelectorAll('#desk-boxes rect').length === 1`);
    await press('d');
    expect(system.decisions).toEqual([]);
    await browser.evaluate(`document.querySelector('#desk').focus()`);
    await press('j');
    await browser.until(`document.querySelector('#desk-image').src.includes('${idOf(3)}')`);
    await press('d');
    await browser.until(`document.querySelector('#desk-status').innerText.includes('dog')`);
    expect(system.decisions).toEqual([
      { id: idOf(3), decision: { outcome: 'dog', reason: 'plain-to-see', version: 1 } },
    ]);
    await browser.until(`document.querySelectorAll('#desk-queue li').length === 2`);
    await click('#desk [data-outcome=reject]');
    await browser.until(`document.querySelectorAll('#desk-queue li').length === 1`);
    await browser.evaluate(`document.querySelector('#desk').focus()`);
    await press('c');
    await browser.until(`document.querySelector('#desk').hidden`);
    expect(await browser.evaluate('document.activeElement.id')).toBe('desk-none');
    expect(system.decisions.map(({ decision }) => decision['outcome'])).toEqual(['dog', 'reject', 'cat']);
    system.waiting = [idOf(2), idOf(3), idOf(4)];
  });

  test('shows what the client was told, and by whose signature', async () => {
    system.told = [];
    await open();
    expect(await text('#told')).toBe('Nothing was told yet.');
    const receiver = await WebhookReceiver.listen();
    try {
      const { certificateFile, keyFile, pem } = await createCertificate(scratch);
      await receiver.certify({ certificateFile, keyFile });
      const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
      receiver.trust(secret);
      const body = JSON.stringify({
        type: 'image.reviewed',
        timestamp: '2026-01-01T00:00:00Z',
        data: { imageId: idOf(3), link: `/images/${idOf(3)}`, outcome: 'dog' },
      });
      const timestamp = Math.floor(Date.now() / 1000);
      for (const signed of [body, `${body} `]) {
        const headers = webhookHeaders([secret], { id: 'msg_1', timestamp, body });
        await send(`https://localhost:${receiver.port}/`, loopbackAgent(pem), {
          method: 'POST',
          headers,
          body: signed,
        });
      }
      system.told = receiver.received.map(toldView);
      await browser.until(`document.querySelectorAll('#told li').length === 2`);
      expect(await text('#told')).toContain('told: verified image.reviewed');
      expect(await text('#told')).toContain(idOf(3).slice(0, 8));
      expect(await text('#told')).toContain('told: refused');
      await shot('told');
    } finally {
      await receiver.close();
    }
  });

  test('lights the steps up while functions run, and shows a picture’s way', async () => {
    await open();
    const about = { functionName: 'serverlessapp-dev-analyze', imageId: idOf(5) };
    system.act({ ...about, phase: 'begun' });
    await browser.until(
      `document.querySelector('#step-analyze.running') && document.querySelector('[data-step=analyze][data-phase=begun]')`,
    );
    await shot('running');
    system.act({ ...about, phase: 'failed', milliseconds: 1200, outcome: 'PictureRejected' });
    await browser.until(`document.querySelector('#step-analyze.failed:not(.running)')`);
    expect(await text('#step-analyze .count')).toBe('0 done, 1 failed, last 1.2 s');
    expect(await browser.evaluate(`document.querySelectorAll('#flights li').length`)).toBe(1);
    expect(await text('#step-notify .count')).toBe('not run yet');
    // Intake ends after the workflow that it started.
    for (const step of ['organise', 'intake'])
      system.act({
        functionName: `serverlessapp-dev-${step}`,
        imageId: idOf(6),
        phase: 'ended',
        milliseconds: 9,
      });
    await browser.until(`document.querySelectorAll('#flights li').length === 2`);
    expect(await text('#flights li:first-child > span:last-child')).toBe('Organise: done');
    expect(await text('#alerts')).toContain('serverlessapp-dev-analyze: PictureRejected');
  });

  test('shows what the API takes from elsewhere without being asked', async () => {
    await open();
    await browser.evaluate(
      `fetch('/try/upload', { method: 'POST', body: '{"fileName":"from-elsewhere.jpg"}' })`,
    );
    system.act({
      functionName: 'serverlessapp-dev-organise',
      phase: 'ended',
      imageId: idOf(130),
      milliseconds: 9,
    });
    await browser.until(`document.querySelector('.picture .name').innerText === 'from-elsewhere.jpg'`);
  });

  test('sends many files; one that is refused is said beside it, and the rest goes on', async () => {
    await open();
    const names = ['one.jpg', 'bad.jpg', 'two.jpg', 'three.jpg', 'four.jpg'];
    for (const name of names) writeFileSync(path.join(scratch, name), readFileSync(DOG));
    const { root } = (await browser.send('DOM.getDocument')) as { root: { nodeId: number } };
    const { nodeId } = await browser.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#files' });
    const files = names.map((name) => path.join(scratch, name));
    await browser.send('DOM.setFileInputFiles', { nodeId, files });
    await browser.until(
      `document.querySelector('#status').innerText === '5 files sent, 1 of them not taken.'`,
    );
    expect(
      await browser.evaluate(`[...document.querySelectorAll('#queue li')].map(({ innerText }) => innerText)`),
    ).toEqual(
      names.map((name) =>
        name === 'bad.jpg'
          ? 'bad.jpg\nrejected. The end of the picture is missing.'
          : (expect.stringMatching(new RegExp(`^${name}\n(cat|dog). Sure enough`)) as unknown),
      ),
    );
    expect(await text('#refused li')).toContain('bad.jpg');
    await shot('sent');
  });

  test('pages beyond 100 records, and filters them', async () => {
    await open();
    const seen = new Set<string>();
    const look = async (): Promise<void> => {
      const names = await browser.evaluate<string[]>(
        `[...document.querySelectorAll('.picture .name')].map(({ innerText }) => innerText)`,
      );
      names.forEach((name) => seen.add(name));
    };
    await look();
    for (
      let page = 2;
      !(await browser.evaluate<boolean>(`document.querySelector('#older').disabled`));
      page++
    ) {
      await click('#older');
      await browser.until(`document.querySelector('#page-number').innerText === 'Page ${page}'`);
      await look();
    }
    expect(seen.size).toBeGreaterThanOrEqual(130);
    await browser.evaluate(`document.querySelector('[name=animal]').value = 'cat'`);
    await click('#filters [type=submit]');
    await browser.until(
      `[...document.querySelectorAll('.picture .badge')].every(({ innerText }) => innerText === 'cat') && document.querySelector('#page-number').innerText === 'Page 1'`,
    );
  });

  test('shows boxes and labels on a picture by the keyboard alone, and comes back', async () => {
    await open();
    await browser.evaluate(`document.querySelector('.picture .open').focus()`);
    await press('Enter');
    await browser.until(
      `document.querySelector('#details').open && document.querySelectorAll('#details-boxes rect').length`,
    );
    expect(await text('#details-labels')).toBe('Dog 97.2 % · 1 ×\nAnimal 97.2 %');
    expect(
      await browser.evaluate(`(() => {
      const [image, box] = ['#details-image', '#details-boxes rect'].map((it) => document.querySelector(it).getBoundingClientRect());
      return [(box.left - image.left) / image.width, box.width / image.width].map((share) => share.toFixed(1));
    })()`),
    ).toEqual(['0.2', '0.5']);
    await press('Escape');
    await browser.until(`!document.querySelector('#details').open`);
    expect(await browser.evaluate(`document.activeElement.className`)).toBe('open');
  });

  test('leads through the tour by the keyboard, which keeps its place', async () => {
    await open();
    const told = (step: number) =>
      `document.querySelector('#tour-steps li:nth-child(${step}) .told').innerText`;
    const focused = () => browser.evaluate<string>('document.activeElement.dataset.tour');
    await browser.evaluate(`document.querySelector('[data-tour=send]').focus()`);
    await press('Enter');
    await browser.until(`/^Decided in .* m?s: (cat|dog)\\.$/.test(${told(1)})`);
    expect(await focused()).toBe('send');
    await press('Tab');
    expect(await focused()).toBe('look');
    await press('Enter');
    await browser.until(`document.querySelector('#details').open`);
    await press('Escape');
    await browser.until(`!document.querySelector('#details').open`);
    expect(await focused()).toBe('look');
    await press('Tab');
    await press('Enter');
    await browser.until(
      `${told(3)}.startsWith('Refused (500): IAM no longer lets serverlessapp-dev-upload-role use s3:PutObject')`,
    );
    expect(system.permissionIsTaken).toBe(true);
    await shot('tour');
    expect(await focused()).toBe('give-back');
    await press('Enter');
    await browser.until(`${told(3)}.startsWith('Given back')`);
    expect(await focused()).toBe('take');
    expect(system.permissionIsTaken).toBe(false);
  });

  test('breaks no rule of WCAG 2 AA where the report will be', async () => {
    await browser.resize(390, 800);
    await browser.visit(`${opened.url}/report/`);
    expect(await browser.evaluate(accessibilityViolations(AXE))).toEqual([]);
    await shot('no-report');
    // Its status is told to the console, too.
    expect(browser.console.splice(0)).toEqual([expect.stringContaining('404')]);
  });

  test('draws the API’s document, and a call that is tried out is answered', async () => {
    await browser.resize(1280, 1400);
    await browser.visit(`${opened.url}/api-document`);
    await browser.until(`document.querySelector('.opblock-get')`);
    await shot('api-document');
    await click('.opblock-get .opblock-summary-control');
    await browser.until(`document.querySelector('.opblock-get .try-out__btn')`);
    await click('.opblock-get .try-out__btn');
    await browser.until(`document.querySelector('.opblock-get .execute')`);
    const before = system.calls.length;
    await click('.opblock-get .execute');
    await browser.until(`document.querySelector('.opblock-get .live-responses-table .response-col_status')`);
    expect(await text('.opblock-get .live-responses-table .response .response-col_status')).toMatch(/^200/);
    expect(system.calls.slice(before)).toMatchObject([
      { path: expect.stringMatching(/^\/images/) as unknown },
    ]);
    expect(Object.keys(system.calls.at(-1)?.request.headers ?? {})).not.toContain('x-api-key');
    await shot('try-it');
    await browser.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: 'dark' }],
    });
    await browser.until(`document.documentElement.classList.contains('dark-mode')`);
    await shot('api-document-dark');
  });
});
