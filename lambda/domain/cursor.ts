import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { ProblemError } from './problems';

/** What a cursor belongs to: it opens no other list than the one it was given out for. */
export interface CursorBinding {
  readonly clientId: string;
  readonly animal?: string | undefined;
  readonly status?: string | undefined;
  readonly reference?: string | undefined;
  readonly fileName?: string | undefined;
  readonly order?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The table's key of the last item of a page. */
export type PageKey = Readonly<Record<string, string>>;

const keySchema = z.record(z.string(), z.string());

/** Domain separation: the key signs nothing else, and a later format cannot be taken for this one. */
const PURPOSE = 'serverlessapp-cursor-2';

const signature = (payload: string, binding: CursorBinding, secret: string): Buffer =>
  createHmac('sha256', secret)
    .update(
      JSON.stringify([
        PURPOSE,
        binding.clientId,
        ...[
          ...[binding.animal, binding.status, binding.reference, binding.fileName],
          ...[binding.order, binding.from, binding.to],
        ].map((filter) => filter ?? null),
        payload,
      ]),
    )
    .digest();

/** `PAYLOAD.SIGNATURE`, both base64url; opaque to clients. */
export function encodeCursor(key: PageKey, binding: CursorBinding, secret: string): string {
  const payload = Buffer.from(JSON.stringify(key)).toString('base64url');
  return `${payload}.${signature(payload, binding, secret).toString('base64url')}`;
}

const invalid = (): ProblemError => new ProblemError('invalid-cursor');

/**
 * The key inside a cursor that we signed for exactly this client and these filters.
 * @param secrets the signing key's versions that are accepted: current, and previous while there is one
 * @throws ProblemError `invalid-cursor`, the same for every fault
 */
export function decodeCursor(cursor: string, binding: CursorBinding, secrets: readonly string[]): PageKey {
  const [payload, given, ...rest] = cursor.split('.');
  if (payload === undefined || given === undefined || rest.length > 0) throw invalid();
  const mac = Buffer.from(given, 'base64url');
  const isSigned = secrets
    .map((secret) => signature(payload, binding, secret))
    .map((expected) => expected.length === mac.length && timingSafeEqual(expected, mac))
    .includes(true);
  // base64url has several spellings of the same bytes; only ours is accepted.
  if (!isSigned || mac.toString('base64url') !== given) throw invalid();
  try {
    return keySchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch {
    throw invalid();
  }
}
