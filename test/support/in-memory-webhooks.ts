import type { WebhookLog, WebhookMark } from '../../lambda/domain/ports';
import type { EndpointHealth } from '../../lambda/domain/webhook-endpoint';
import type { AwsState } from './in-memory-aws';

/** The marks of what clients are to be told, their index, and the endpoints, with the conditions that the adapter states. */
export class InMemoryWebhookLog implements WebhookLog {
  constructor(private readonly state: () => AwsState) {}

  mark({ clientId, imageId, version, changedAt }: Parameters<WebhookLog['mark']>[0]): Promise<void> {
    const mark = { imageId, version, changedAt, attempts: 0, queue: clientId, due: changedAt };
    this.state().webhookMarks.set(imageId, mark);
    return Promise.resolve();
  }

  due(clientId: string, until: string, limit: number): Promise<readonly WebhookMark[]> {
    const due = [...this.state().webhookMarks.values()]
      .filter((mark) => mark.queue === clientId && mark.due <= until)
      .sort((a, b) => (a.due + a.imageId < b.due + b.imageId ? -1 : 1))
      .slice(0, limit);
    return Promise.resolve(
      due.map(({ imageId, version, changedAt, attempts }) => ({ imageId, version, changedAt, attempts })),
    );
  }

  begin({ imageId, version, attempts }: WebhookMark, next: string): Promise<boolean> {
    const mark = this.state().webhookMarks.get(imageId);
    if (mark?.version !== version || mark.attempts !== attempts || mark.queue === undefined)
      return Promise.resolve(false);
    this.state().webhookMarks.set(imageId, { ...mark, attempts: attempts + 1, due: next });
    return Promise.resolve(true);
  }

  private leave(imageId: string, version: string, queue: string | undefined): Promise<void> {
    const mark = this.state().webhookMarks.get(imageId);
    if (mark?.version === version) {
      const { imageId: id, changedAt, attempts, due } = mark;
      const left = { imageId: id, version, changedAt, attempts, due };
      this.state().webhookMarks.set(imageId, queue === undefined ? left : { ...left, queue });
    }
    return Promise.resolve();
  }

  end({ imageId, version }: Parameters<WebhookLog['end']>[0]): Promise<void> {
    return this.leave(imageId, version, undefined);
  }

  giveUp({ imageId, version }: WebhookMark, clientId: string): Promise<void> {
    return this.leave(imageId, version, `given-up#${clientId}`);
  }

  hold({ clientId, run, now, until }: Parameters<WebhookLog['hold']>[0]) {
    const { endpoints } = this.state();
    const held = endpoints.get(clientId);
    if (held !== undefined && held.heldBy !== run && held.heldUntil > now) return Promise.resolve(undefined);
    const health = held?.health ?? { revision: '' };
    endpoints.set(clientId, { heldBy: run, heldUntil: until, health });
    return Promise.resolve(health);
  }

  release({ clientId, run }: Parameters<WebhookLog['release']>[0]): Promise<void> {
    const { endpoints } = this.state();
    const held = endpoints.get(clientId);
    if (held?.heldBy === run) endpoints.set(clientId, { ...held, heldUntil: 0 });
    return Promise.resolve();
  }

  writeHealth(clientId: string, health: EndpointHealth): Promise<void> {
    const { endpoints } = this.state();
    const held = endpoints.get(clientId);
    endpoints.set(clientId, { heldBy: '', heldUntil: 0, ...held, health });
    return Promise.resolve();
  }
}
