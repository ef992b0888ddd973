import type { APIGatewayProxyEvent } from 'aws-lambda';
import { REVIEW, REVIEW_DECISION, REVIEWS } from '../domain/api-routes';
import { isSessionOf } from '../domain/caller-role';
import {
  parseImageId,
  parseReviewDecision,
  parseReviewListQuery,
  requireJson,
} from '../domain/parse-request';
import type { PictureLinks, ReviewLog } from '../domain/ports';
import { ProblemError } from '../domain/problems';
import { reviewerId } from '../domain/review';
import { type ApiAnswer, type ApiHandler, apiHandler, bodyOf } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import { decideReview } from '../steps/decide-review';
import { listReviews } from '../steps/list-reviews';
import { readReview } from '../steps/read-review';
import type { ReviewPorts } from '../steps/review-ports';
import type { SigningKeys } from '../steps/signing-keys';

export interface ReviewDependencies {
  readonly ports: ReviewPorts & {
    readonly reviews: Pick<ReviewLog, 'waiting' | 'write'>;
    readonly links: PictureLinks;
    readonly signingKeys: SigningKeys;
  };
  readonly telemetry: Telemetry;
  /** ARN of the role whose sessions review. */
  readonly reviewerRole: string;
}

/**
 * The caller that IAM let in; API Gateway names one only then, so that a method that lost its authorization shows and
 * decides nothing. IAM lets in whoever holds a grant, an administrator of the account too: only a reviewer's session is
 * answered.
 */
function principalOf({ requestContext: { identity } }: APIGatewayProxyEvent, reviewerRole: string): string {
  if (!isSessionOf(identity.userArn, reviewerRole) || typeof identity.caller !== 'string')
    throw new ProblemError('access-denied');
  return identity.caller;
}

/**
 * GET /reviews, GET /reviews/{id} and POST /reviews/{id}/decision: for reviewers, whoever the client is. None
 * of it is for browsers of other sites.
 */
export const reviewHandler = ({ ports, telemetry, reviewerRole }: ReviewDependencies): ApiHandler => {
  const decide = async (event: APIGatewayProxyEvent, principal: string): Promise<ApiAnswer> => {
    const imageId = parseImageId(event.pathParameters);
    requireJson(event.headers);
    const request = parseReviewDecision(bodyOf(event));
    const reviewer = reviewerId(principal);
    const body = await decideReview(ports, imageId, reviewer, request);
    telemetry.info('reviewed', { imageId, reviewer, outcome: request.outcome });
    return { status: 200, body };
  };
  return apiHandler(telemetry, [], async (event) => {
    const principal = principalOf(event, reviewerRole);
    switch (event.resource) {
      case REVIEWS:
        return {
          status: 200,
          body: await listReviews(ports, parseReviewListQuery(event.multiValueQueryStringParameters)),
        };
      case REVIEW:
        return { status: 200, body: await readReview(ports, parseImageId(event.pathParameters)) };
      case REVIEW_DECISION:
        return await decide(event, principal);
      default:
        throw new ProblemError('not-found');
    }
  });
};
