import type { ServerResponse } from 'node:http';
import { beginStream } from './answer';

/** Sends events to every page that listens. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class LiveEvents {
  private readonly listeners = new Set<ServerResponse>();

  /** Keeps an answer open for events, beginning with one that holds all there is. */
  add(response: ServerResponse, everything: unknown): void {
    beginStream(response);
    this.listeners.add(response);
    response.on('close', () => this.listeners.delete(response));
    write(response, 'everything', everything);
  }

  get areHeard(): boolean {
    return this.listeners.size > 0;
  }

  send(event: string, data: unknown): void {
    for (const listener of this.listeners) write(listener, event, data);
  }
}

const write = (response: ServerResponse, event: string, data: unknown): void => {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
};
