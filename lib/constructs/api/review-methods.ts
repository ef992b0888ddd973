import {
  AuthorizationType,
  type Integration,
  type IResource,
  type MethodOptions,
  type Resource,
} from 'aws-cdk-lib/aws-apigateway';
import { REVIEW, REVIEW_DECISION, REVIEWS } from '../../../lambda/domain/api-routes';
import { reviewListQuerySchema } from '../../../lambda/domain/review-schemas';

export interface ReviewMethodsProps {
  readonly root: IResource;
  readonly integration: Integration;
  /** For methods without a body. */
  readonly reads: MethodOptions;
  /** For the decision: its model, and who validates by it. */
  readonly decides: MethodOptions;
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * What waits for people, and their decisions: IAM says who may, no API key does, and no browser of another site asks.
 * Answers each resource with its methods.
 */
export function addReviewMethods({
  root,
  integration,
  reads,
  decides,
}: ReviewMethodsProps): (readonly [resource: Resource, methods: readonly string[]])[] {
  const authorizationType = AuthorizationType.IAM;
  const one = { 'method.request.path.id': true };
  const reviews = root.addResource(lastPart(REVIEWS));
  reviews.addMethod('GET', integration, {
    ...reads,
    authorizationType,
    operationName: 'ListReviews',
    requestParameters: Object.fromEntries(
      Object.keys(reviewListQuerySchema.shape).map((name) => [`method.request.querystring.${name}`, false]),
    ),
  });
  const review = reviews.addResource(lastPart(REVIEW));
  review.addMethod('GET', integration, {
    ...reads,
    authorizationType,
    operationName: 'GetReview',
    requestParameters: one,
  });
  const decision = review.addResource(lastPart(REVIEW_DECISION));
  decision.addMethod('POST', integration, {
    ...decides,
    authorizationType,
    operationName: 'DecideReview',
    requestParameters: one,
  });
  return [
    [reviews, ['GET']],
    [review, ['GET']],
    [decision, ['POST']],
  ];
}
