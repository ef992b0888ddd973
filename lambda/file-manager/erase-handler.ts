import { parseImageId } from '../domain/parse-request';
import { ProblemError } from '../domain/problems';
import { type ApiHandler, apiHandler } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import { erase, type ErasePorts } from '../steps/erase';

export interface EraseDependencies {
  readonly ports: ErasePorts;
  readonly telemetry: Telemetry;
}

/** DELETE /images/{id}, for IAM principals, never from browsers: 204, on a repeat too; 404 for what was never known. */
export const eraseHandler = ({ ports, telemetry }: EraseDependencies): ApiHandler =>
  apiHandler(telemetry, [], async (event) => {
    const imageId = parseImageId(event.pathParameters);
    if ((await erase(ports, imageId)) === 'unknown') throw new ProblemError('not-found');
    telemetry.info('erased', { imageId });
    return { status: 204 };
  });
