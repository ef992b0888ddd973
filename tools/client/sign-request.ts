import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from './api-client';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The digest that the signer asks for, over Node's own. */
class Sha256 {
  private readonly digester: { update(data: Uint8Array): unknown; digest(): Buffer };
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.digester =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Uint8Array);
  }
  update(data: Uint8Array): void {
    this.digester.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.digester.digest());
  }
  reset(): void {
    throw new Error('Not needed by the signer.');
  }
}

/** Signs a request by Signature Version 4; for a method with IAM authorization unless another service is named. */
export async function signRequest(
  url: string,
  request: HttpRequest & { method: string },
  identity: { region: string; credentials: Credentials; service?: string },
): Promise<HttpRequest> {
  const { protocol, host, hostname, port, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({ service: 'execute-api', ...identity, sha256: Sha256 });
  const { headers } = await signer.sign({
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    query: Object.fromEntries(searchParams),
    method: request.method,
    headers: { ...request.headers, host },
    body: request.body,
  });
  return { ...request, headers };
}
