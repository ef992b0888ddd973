import { parseBatchQuery, parseImageId, parseListQuery } from '../domain/parse-request';
import type { DetectionLog } from '../domain/ports';
import { type ApiHandler, apiHandler } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import { listImages } from '../steps/list-images';
import { readImage, readImages } from '../steps/read-image';
import type { SigningKeys } from '../steps/signing-keys';

export interface QueryDependencies {
  readonly log: Pick<DetectionLog, 'get' | 'query'>;
  readonly signingKeys: SigningKeys;
  readonly identify: (apiKeyId: string | null | undefined) => Promise<string>;
  readonly telemetry: Telemetry;
  readonly origins: readonly string[];
}

/** GET /images and GET /images/{id}: only the caller's own, by filter or by id. */
export const queryHandler = (dependencies: QueryDependencies): ApiHandler => {
  const { log, signingKeys, identify, telemetry, origins } = dependencies;
  return apiHandler(telemetry, origins, async (event) => {
    const clientId = await identify(event.requestContext.identity.apiKeyId);
    if (event.pathParameters !== null) {
      return { status: 200, body: await readImage(log, clientId, parseImageId(event.pathParameters)) };
    }
    const ids = parseBatchQuery(event.multiValueQueryStringParameters);
    if (ids !== undefined) return { status: 200, body: await readImages(log, clientId, ids) };
    const list = parseListQuery(event.multiValueQueryStringParameters);
    return { status: 200, body: await listImages({ log, signingKeys }, clientId, list) };
  });
};
