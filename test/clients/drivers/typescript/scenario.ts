import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a driver is told, and what it tells: see test/clients/scenario.ts. */
export interface Given {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly exhaustedKey: string;
  readonly picture: string;
  readonly since: string;
  readonly until: string;
  readonly idempotencyKey: string;
  readonly unknownId: string;
  readonly erasure: { readonly imageId: string; readonly headers: Readonly<Record<string, string>> };
}

export const given = JSON.parse(readFileSync(process.env['SCENARIO'] ?? '', 'utf8')) as Given;
export const picture = readFileSync(given.picture);
export const pictureBase64 = picture.toString('base64');

// Every …localhost name is loopback, as RFC 6761 says; not every system's resolver knows.
const systemLookup = dns.lookup;
Object.assign(dns, {
  lookup: (host: string, ...rest: [never]) =>
    (systemLookup as (host: string, ...rest: [never]) => void)(
      host.endsWith('localhost') ? '127.0.0.1' : host,
      ...rest,
    ),
});

/** Posts the picture as the form says: its fields first, the file last. */
export async function postForm(form: { url: string; fields: Readonly<Record<string, string>> }) {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append('file', new Blob([picture]));
  return (await fetch(form.url, { method: 'POST', body: data })).status;
}

/** Reads until the picture has reached its place. */
export async function untilFinal<T extends { ProcessingStatus: string }>(
  read: () => Promise<T | undefined>,
): Promise<T> {
  for (let turn = 0; turn < 300; turn += 1) {
    const image = await read();
    if (image && ['completed', 'quarantined'].includes(image.ProcessingStatus)) return image;
    await delay(100);
  }
  throw new Error('The picture did not reach its place.');
}

interface Problem {
  readonly code: string;
  readonly reason?: string;
  readonly errors?: readonly { readonly path: string }[];
}

/** What a refusal told; `error` is what the client typed it as. */
export function refusal({
  error,
  response,
}: {
  error?: Problem | undefined;
  response?: Response | undefined;
}) {
  if (error === undefined || response === undefined) throw new Error('was not refused');
  return {
    status: response.status,
    code: error.code,
    reason: error.reason ?? null,
    paths: (error.errors ?? []).map(({ path }) => path),
    retryAfter: response.headers.get('Retry-After'),
  };
}

interface Answer {
  readonly imageId: string;
  readonly links: { readonly self: string };
  readonly upload?: object;
}

export function submission({
  data,
  response,
}: {
  data?: Answer | undefined;
  response?: Response | undefined;
}) {
  if (data === undefined || response === undefined) throw new Error('was refused');
  return {
    status: response.status,
    imageId: data.imageId,
    self: data.links.self,
    location: response.headers.get('Location'),
    hasForm: data.upload !== undefined,
  };
}

/** The data of an answer. */
export function dataOf<T>({ data }: { data?: T | undefined }): T {
  if (data === undefined) throw new Error('was refused');
  return data;
}

export const tell = (report: object) => process.stdout.write(JSON.stringify(report));
