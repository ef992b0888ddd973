import type { Agent } from 'node:https';
import { REVIEW, REVIEW_DECISION, REVIEWS } from '../../lambda/domain/api-routes';
import type { ReviewDecisionRequest } from '../../lambda/domain/review-schemas';
import { type HttpAnswer, type HttpRequest, send } from './api-client';
import { type Credentials, signRequest } from './sign-request';

/** The operations of people who review, signed by Signature Version 4 with the session of one of them. */
export class ReviewsClient {
  constructor(
    private readonly apiUrl: string,
    private readonly agent: Agent,
    private readonly identity: { readonly region: string; readonly credentials: Credentials },
  ) {}

  private async ask(path: string, request: HttpRequest & { method: string }): Promise<HttpAnswer> {
    const url = `${this.apiUrl}${path}`;
    return await send(url, this.agent, await signRequest(url, request, this.identity));
  }

  list(query: Record<string, string> = {}): Promise<HttpAnswer> {
    const asked = new URLSearchParams(query).toString();
    return this.ask(asked === '' ? REVIEWS : `${REVIEWS}?${asked}`, { method: 'GET' });
  }

  read(imageId: string): Promise<HttpAnswer> {
    return this.ask(REVIEW.replace('{id}', imageId), { method: 'GET' });
  }

  decide(imageId: string, decision: ReviewDecisionRequest | Record<string, unknown>): Promise<HttpAnswer> {
    return this.ask(REVIEW_DECISION.replace('{id}', imageId), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(decision),
    });
  }
}
