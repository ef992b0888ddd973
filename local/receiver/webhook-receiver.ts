import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { verifyWebhook, WebhookError, type WebhookEvent } from '../../tools/sdk/src/webhook';
import type { Certificate } from '../emulator/certificate';

/** What came, as whoever receives it knows it. */
export interface ReceivedMessage {
  /** Of the message; undefined for what carries none. */
  readonly id: string | undefined;
  /** What verified; undefined for what was refused. */
  readonly event: WebhookEvent | undefined;
  /** The bytes, as text. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whether a message with this id came before. */
  readonly isRepeat: boolean;
}

/** What a receiver answers, when it is not to take what verifies. `hang`: nothing. */
export type Misbehaviour = { readonly status: number; readonly headers?: Record<string, string> } | 'hang';

/**
 * The receiver of the demo client, on loopback: it stands where the client's own server would. It answers 204 to what
 * verifies with the secret that was handed over, and 401 to anything else.
 */
export class WebhookReceiver {
  readonly received: ReceivedMessage[] = [];
  /** Set by who wants to see what becomes of it. */
  misbehaviour: Misbehaviour | undefined;
  private secret = '';
  // Without a certificate no connection comes up; it is made later, for the emulator.
  private readonly server = createServer((request, response) => {
    void buffer(request).then(
      async (bytes) => {
        const message = await this.take(request.headers, bytes);
        const answer = this.misbehaviour ?? { status: message.event === undefined ? 401 : 204 };
        if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end();
      },
      // Whoever sent it is gone, in the middle of the body.
      () => response.destroy(),
    );
  });

  private constructor() {
    // Only `listen` makes one.
  }

  static async listen(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async certify({
    certificateFile,
    keyFile,
  }: Pick<Certificate, 'certificateFile' | 'keyFile'>): Promise<void> {
    this.server.setSecureContext({ cert: await readFile(certificateFile), key: await readFile(keyFile) });
  }

  /** Takes the secret that the data steward hands over. */
  trust(secret: string): void {
    this.secret = secret;
  }

  private async take(headers: ReceivedMessage['headers'], bytes: Buffer): Promise<ReceivedMessage> {
    const id = headers['webhook-id'];
    let event: WebhookEvent | undefined;
    try {
      event = await verifyWebhook(this.secret, headers, bytes);
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
    }
    const message = {
      id: typeof id === 'string' ? id : undefined,
      event,
      body: bytes.toString(),
      headers,
      isRepeat: this.received.some((before) => before.id === id && before.event !== undefined),
    };
    this.received.push(message);
    return message;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
