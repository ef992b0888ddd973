import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** Debian's package chromium; where there is none the browser's tests are skipped, and CI installs it. */
export const hasBrowser = spawnSync('chromium', ['--version']).status === 0;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A headless Chromium with one page, driven by https://chromedevtools.github.io/devtools-protocol/ over its pipe. */
export class Browser {
  /** Everything that was written to the console, or thrown. */
  readonly console: string[] = [];
  private readonly waiting = new Map<number, (message: Message) => void>();
  private readonly heard: ((message: Message) => void)[] = [];
  private session = '';
  private last = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
  ) {
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.hear(JSON.parse(message) as Message);
    });
  }

  static async start(): Promise<Browser> {
    const profile = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-browser-'));
    const flags = [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'],
      // Nothing of it is asked for here: extensions, updates, and what else a browser does beside showing a page.
      ...['--disable-extensions', '--disable-component-update', '--disable-background-networking'],
      ...['--disable-sync', '--disable-default-apps'],
    ];
    const child = spawn('chromium', [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const browser = new Browser(child, profile);
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    browser.session = sessionId as string;
    for (const domain of ['Page', 'Runtime', 'Log']) await browser.send(`${domain}.enable`);
    return browser;
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    await this.send('Browser.close');
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** @throws Error when the browser refuses the command. */
  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = (this.last += 1);
    const sessionId = this.session !== '' && !/^(Target|Browser)\./.test(method) ? this.session : undefined;
    const answer = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { error, result = {} } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Opens a file and waits until it is loaded. */
  open(file: string): Promise<void> {
    return this.visit(`file://${file}`);
  }

  /** Opens an address and waits until it is loaded. */
  async visit(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.heard.push(({ method }) => {
        if (method === 'Page.loadEventFired') resolve();
      });
    });
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** @param width - of the window, in CSS pixels. */
  async resize(width: number, height: number): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
  }

  /** What an expression is in the page, as far as JSON can say it. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /** Waits until an expression is true in the page. @throws Error when it is not in time. */
  async until(expression: string, milliseconds = 10_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!(await this.evaluate<boolean>(`Boolean(${expression})`))) {
      if (Date.now() > deadline) throw new Error(`Not in ${milliseconds} ms: ${expression}`);
      await delay(50);
    }
  }

  /** The window as a PNG file. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data as string, 'base64');
  }

  async pdf(): Promise<Buffer> {
    const { data } = await this.send('Page.printToPDF', {
      preferCSSPageSize: true,
      printBackground: false,
      // Structure for readers by ear, which doubles what is written and changes no text.
      generateTaggedPDF: false,
    });
    return Buffer.from(data as string, 'base64');
  }

  private hear(message: Message): void {
    if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    }
    if (/^(Runtime\.(consoleAPICalled|exceptionThrown)|Log\.entryAdded)$/.test(message.method ?? '')) {
      this.console.push(JSON.stringify(message.params));
    }
    for (const listener of this.heard) listener(message);
  }
}
