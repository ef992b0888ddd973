import type { APIGatewayProxyEvent } from 'aws-lambda';
import { STEWARD_IMAGE } from '../domain/api-routes';
import { isSessionOf } from '../domain/caller-role';
import { parseImageId } from '../domain/parse-request';
import { ProblemError } from '../domain/problems';
import { type ApiHandler, apiHandler } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import { erase, eraseOwn, type ErasePorts, type Erasure } from '../steps/erase';

export interface EraseDependencies {
  readonly ports: ErasePorts;
  readonly identify: (apiKeyId: string | null | undefined) => Promise<string>;
  readonly telemetry: Telemetry;
  readonly origins: readonly string[];
  /** ARN of the role that may erase anybody's picture. */
  readonly stewardRole: string;
}

/**
 * DELETE /images/{id}: a client's own picture. DELETE /stewardship/images/{id}: anybody's, for sessions of the stewards' role. 204, on a
 * repeat too; 404 for what was never known, and to a client for what is not its own.
 */
export const eraseHandler = ({
  ports,
  identify,
  telemetry,
  origins,
  stewardRole,
}: EraseDependencies): ApiHandler => {
  const eraseFor = async (event: APIGatewayProxyEvent, imageId: string): Promise<Erasure> => {
    const { apiKeyId, userArn } = event.requestContext.identity;
    if (event.resource !== STEWARD_IMAGE) return await eraseOwn(ports, await identify(apiKeyId), imageId);
    // Named by API Gateway only when IAM let it in, and IAM lets in whoever holds a grant: through the API neither a method that
    // lost its authorization nor an administrator erases anything. Who invokes the function by itself is refused elsewhere (0492).
    if (!isSessionOf(userArn, stewardRole)) throw new ProblemError('access-denied');
    return await erase(ports, imageId);
  };
  return apiHandler(telemetry, origins, async (event) => {
    const imageId = parseImageId(event.pathParameters);
    if ((await eraseFor(event, imageId)) === 'unknown') throw new ProblemError('not-found');
    telemetry.info('erased', { imageId });
    return { status: 204 };
  });
};
