import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from './service-error';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const SERVICE = 'RekognitionService';
/** Room for 15 MB in base64: a picture that is too large shall get the operation's own error. */
const MOST_BODY_BYTES = 21 * 1024 * 1024;

/**
 * The name of the operation that a request of the AWS JSON 1.1 protocol asks for.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * @throws ServiceError when it is no signed request to this service.
 */
export function operationOf({ method, headers }: IncomingMessage): string {
  const [service, operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (method !== 'POST' || service !== SERVICE || !operation) {
    throw new ServiceError('UnknownOperationException', 'The request names no operation of this service.');
  }
  if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  return operation;
}

/** @throws ServiceError when the body is larger than any request may be. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) {
      throw new ServiceError('RequestEntityTooLargeException', 'The request body is too large.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function respond(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string>,
): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': CONTENT_TYPE,
      'content-length': Buffer.byteLength(text),
      'x-amzn-requestid': randomUUID(),
      ...headers,
    })
    .end(text);
}

export const respondSuccess = (response: ServerResponse, body: object): void =>
  respond(response, 200, body, {});

/** The error's code stands in the header and the body, as Rekognition does it. */
export function respondError(response: ServerResponse, error: ServiceError): void {
  respond(
    response,
    error.status,
    { __type: error.code, Code: error.code, Message: error.message },
    {
      'x-amzn-errortype': error.code,
      // What is left of the body is not read.
      ...(error.code === 'RequestEntityTooLargeException' ? { connection: 'close' } : {}),
    },
  );
}
