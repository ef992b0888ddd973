import type { Agent } from 'node:https';
import { request } from 'node:https';
import type { HttpAnswer } from '../../tools/client/api-client';
import type { ReviewsClient } from '../../tools/client/reviews-client';
import { reviewViewSchema } from '../../lambda/domain/review-schemas';

/** What a reviewer does; the page never sees the reviewer's credentials or a link to a picture. */
export interface ReviewDesk {
  list(): Promise<HttpAnswer>;
  read(imageId: string): Promise<HttpAnswer>;
  decide(imageId: string, decision: Record<string, unknown>): Promise<HttpAnswer>;
  /** The picture behind the review's link; undefined when there is none any more. */
  picture(imageId: string): Promise<Buffer | undefined>;
}

function follow(url: string, agent: Agent): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve(response.statusCode === 200 ? Buffer.concat(chunks) : undefined);
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The desk of one reviewer of the embedded AWS: everything through the API, with the role's own rights. */
export class ApiReviewDesk implements ReviewDesk {
  constructor(
    private readonly client: () => Promise<ReviewsClient>,
    private readonly agent: Agent,
  ) {}

  async list(): Promise<HttpAnswer> {
    return (await this.client()).list();
  }

  async read(imageId: string): Promise<HttpAnswer> {
    return (await this.client()).read(imageId);
  }

  async decide(imageId: string, decision: Record<string, unknown>): Promise<HttpAnswer> {
    return (await this.client()).decide(imageId, decision);
  }

  async picture(imageId: string): Promise<Buffer | undefined> {
    const answer = await this.read(imageId);
    const url = answer.status === 200 ? reviewViewSchema.parse(answer.json()).Picture?.url : undefined;
    return url === undefined ? undefined : await follow(url, this.agent);
  }
}
