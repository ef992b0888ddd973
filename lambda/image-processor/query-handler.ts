import { BOUNDS } from '../domain/bounds';
import { parseBatchQuery, parseImageId, parseListQuery, parseWait } from '../domain/parse-request';
import type { DetectionLog } from '../domain/ports';
import { type ApiAnswer, type ApiHandler, apiHandler } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import { awaitOutcome, isUnderWay, type WaitPorts } from '../steps/await-outcome';
import { listImages } from '../steps/list-images';
import { readImage, readImages } from '../steps/read-image';
import type { SigningKeys } from '../steps/signing-keys';

export interface QueryDependencies {
  readonly ports: Omit<WaitPorts, 'log'> & { readonly log: Pick<DetectionLog, 'get' | 'query'> };
  readonly signingKeys: SigningKeys;
  readonly identify: (apiKeyId: string | null | undefined) => Promise<string>;
  readonly telemetry: Telemetry;
  readonly origins: readonly string[];
}

const found = (body: unknown, headers: ApiAnswer['headers'] = {}): ApiAnswer => ({
  status: 200,
  body,
  headers,
  isRevalidated: true,
});

/** GET /images and GET /images/{id}: only the caller's own, by filter or by id. */
export const queryHandler = (dependencies: QueryDependencies): ApiHandler => {
  const { ports, signingKeys, identify, telemetry, origins } = dependencies;
  const { log } = ports;
  return apiHandler(telemetry, origins, async (event) => {
    const clientId = await identify(event.requestContext.identity.apiKeyId);
    const query = event.multiValueQueryStringParameters;
    if (event.pathParameters !== null) {
      const imageId = parseImageId(event.pathParameters);
      const wait = parseWait(query);
      const image = await (wait === undefined
        ? readImage(log, clientId, imageId)
        : awaitOutcome(ports, clientId, imageId, wait));
      return found(image, isUnderWay(image) ? { 'Retry-After': String(BOUNDS.pollAfterSeconds) } : {});
    }
    const ids = parseBatchQuery(query);
    if (ids !== undefined) return found(await readImages(log, clientId, ids));
    return found(await listImages({ log, signingKeys }, clientId, parseListQuery(query)));
  });
};
