import { parseIdempotencyKey, parseUploadRequest } from '../domain/parse-request';
import { ProblemError } from '../domain/problems';
import { type ApiHandler, apiHandler, bodyOf } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import type { SubmitPorts } from '../steps/submit';
import { submitInline } from '../steps/submit-inline';
import { submitPresigned } from '../steps/submit-presigned';

export interface UploadDependencies {
  readonly ports: SubmitPorts;
  readonly identify: (apiKeyId: string | null | undefined) => Promise<string>;
  readonly telemetry: Telemetry;
  readonly origins: readonly string[];
}

/** POST /upload: 202 for a picture inside the request, 201 with a form for one to come. */
export const uploadHandler = ({ ports, identify, telemetry, origins }: UploadDependencies): ApiHandler =>
  apiHandler(telemetry, origins, async (event) => {
    const clientId = await identify(event.requestContext.identity.apiKeyId);
    const idempotencyKey = parseIdempotencyKey(event.headers);
    const request = parseUploadRequest(bodyOf(event));
    try {
      if ('image' in request) {
        return { status: 202, body: await submitInline(ports, { clientId, request, idempotencyKey }) };
      }
      return { status: 201, body: await submitPresigned(ports, { clientId, request, idempotencyKey }) };
    } catch (error) {
      if (error instanceof ProblemError && error.details.reason !== undefined) {
        telemetry.measure('picturesRejected', 1, { reason: error.details.reason });
      }
      throw error;
    }
  });
