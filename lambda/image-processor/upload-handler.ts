import { BOUNDS } from '../domain/bounds';
import type { UploadAnswer } from '../domain/api-schemas';
import { CLIENT_DIMENSION } from '../domain/metrics';
import { parseIdempotencyKey, parseUploadRequest, requireJson } from '../domain/parse-request';
import { ProblemError } from '../domain/problems';
import { type ApiAnswer, type ApiHandler, apiHandler, bodyOf } from '../runtime/api';
import type { Telemetry } from '../runtime/telemetry';
import { boundUploads, type UploadBound } from '../steps/bound-uploads';
import type { Submitted, SubmitPorts } from '../steps/submit';
import { submitInline } from '../steps/submit-inline';
import { submitPresigned } from '../steps/submit-presigned';

export interface UploadDependencies {
  readonly ports: SubmitPorts & UploadBound;
  readonly identify: (apiKeyId: string | null | undefined) => Promise<string>;
  readonly telemetry: Telemetry;
  readonly origins: readonly string[];
}

/**
 * 201 with the form or 202 without one, and where the record stands. Beside the request's own path: it holds the stage,
 * or what a domain name of one's own maps to it.
 */
function answerOf(requestPath: string, submitted: Submitted): ApiAnswer {
  const self = `${requestPath.replace(/\/upload\/?$/, '')}/images/${submitted.imageId}`;
  return {
    status: submitted.upload === undefined ? 202 : 201,
    body: { ...submitted, links: { self } } satisfies UploadAnswer,
    headers: {
      Location: self,
      ...(submitted.upload === undefined && { 'Retry-After': String(BOUNDS.pollAfterSeconds) }),
    },
  };
}

/** POST /upload: 202 for a picture inside the request, 201 with a form for one to come. */
export const uploadHandler = ({ ports, identify, telemetry, origins }: UploadDependencies): ApiHandler => {
  const bounded = async (clientId: string): Promise<void> => {
    try {
      await boundUploads(ports, clientId);
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'quota-exceeded')
        telemetry.measure('uploadsOverBound', 1, { [CLIENT_DIMENSION]: clientId });
      throw error;
    }
  };
  return apiHandler(telemetry, origins, async (event) => {
    const clientId = await identify(event.requestContext.identity.apiKeyId);
    requireJson(event.headers);
    await bounded(clientId);
    const idempotencyKey = parseIdempotencyKey(event.headers);
    const request = parseUploadRequest(bodyOf(event));
    try {
      const submitted = await ('image' in request
        ? submitInline(ports, { clientId, request, idempotencyKey })
        : submitPresigned(ports, { clientId, request, idempotencyKey }));
      return answerOf(event.requestContext.path, submitted);
    } catch (error) {
      if (error instanceof ProblemError && error.details.reason !== undefined) {
        telemetry.measure('picturesRejected', 1, { reason: error.details.reason });
        telemetry.measure('picturesRefused', 1, { [CLIENT_DIMENSION]: clientId });
      }
      throw error;
    }
  });
};
