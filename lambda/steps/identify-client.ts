import { BOUNDS } from '../domain/bounds';
import type { ClientRegistry, Clock } from '../domain/ports';
import { ProblemError } from '../domain/problems';

const LIFE_MILLISECONDS = BOUNDS.clientMemorySeconds * 1000;

/**
 * Tells the client by the id of its API key, which API Gateway has checked. Known keys are remembered for a minute, so
 * that a retired key ends soon; unknown ones are asked for again.
 */
export function clientIdentifier(registry: ClientRegistry, now: Clock) {
  const known = new Map<string, { clientId: string; until: number }>();
  /** @throws ProblemError `unknown-client` */
  return async (apiKeyId: string | null | undefined): Promise<string> => {
    if (apiKeyId === undefined || apiKeyId === null || !/^[a-zA-Z0-9]+$/.test(apiKeyId)) {
      throw new ProblemError('unknown-client');
    }
    const held = known.get(apiKeyId);
    if (held !== undefined && now() < held.until) return held.clientId;
    const clientId = await registry.clientOfKey(apiKeyId);
    if (clientId === undefined) {
      known.delete(apiKeyId);
      throw new ProblemError('unknown-client');
    }
    known.set(apiKeyId, { clientId, until: now() + LIFE_MILLISECONDS });
    return clientId;
  };
}
