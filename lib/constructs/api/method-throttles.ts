import { REVIEW, REVIEW_DECISION, REVIEWS, STEWARD_IMAGE } from '../../../lambda/domain/api-routes';
import { BOUNDS } from '../../../lambda/domain/bounds';
import type { StageConfig } from '../../config/schema';

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** What one method lets through of all who call it together, by `/PATH/METHOD`. Erasures and reviews: what the function is kept for. */
export function methodThrottles({ api }: StageConfig): Readonly<Record<string, Throttle>> {
  const others = { ratePerSecond: api.ratePerSecond, burst: api.burst };
  const erasures = { ratePerSecond: BOUNDS.allErasuresAtOnce, burst: BOUNDS.allErasuresAtOnce };
  const reviews = { ratePerSecond: BOUNDS.reviewRequestsAtOnce, burst: BOUNDS.reviewRequestsAtOnce };
  return {
    '/upload/POST': { ratePerSecond: api.uploadRatePerSecond, burst: api.uploadBurst },
    '/images/GET': others,
    '/images/{id}/GET': others,
    '/images/{id}/DELETE': erasures,
    [`${STEWARD_IMAGE}/DELETE`]: erasures,
    [`${REVIEWS}/GET`]: reviews,
    [`${REVIEW}/GET`]: reviews,
    [`${REVIEW_DECISION}/POST`]: reviews,
  };
}

/**
 * What one API key may take of each method that clients call: never all of it, whatever its plan, so that one client's
 * flood leaves the door open for the others. A plan's limit of a method counts beside the plan's own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttlesOfOneKey(config: StageConfig): Readonly<Record<string, Throttle>> {
  const ofClients = Object.entries(methodThrottles(config)).filter(
    ([method]) => !method.startsWith(STEWARD_IMAGE) && !method.startsWith(REVIEWS),
  );
  return Object.fromEntries(
    ofClients.map(([method, { ratePerSecond, burst }]) => [
      method,
      { ratePerSecond: ratePerSecond * BOUNDS.keyShare, burst: Math.ceil(burst * BOUNDS.keyShare) },
    ]),
  );
}
