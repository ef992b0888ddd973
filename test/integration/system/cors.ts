import { randomUUID } from 'node:crypto';
import { BOUNDS } from '../../../lambda/domain/bounds';
import { send } from '../../../tools/client/api-client';
import { type GetSystem, problem } from './test-system';

export function describeCors(system: GetSystem): void {
  const ask = (method: string, path: string, origin: string, headers: Record<string, string> = {}) =>
    send(`${system().aws.apiUrl}${path}`, system().aws.emulator.agent, {
      method,
      headers: { Origin: origin, ...headers },
    });
  const [ALLOWED, STRANGE] = ['http://localhost:3000', 'https://evil.example.com'];
  /** What a browser holds against the page's own origin. */
  const allowedOrigin = (answer: { headers: Readonly<Record<string, unknown>> }) =>
    answer.headers['access-control-allow-origin'];

  describe('a browser', () => {
    it.each([
      ['/upload', 'POST'],
      ['/images', 'GET'],
      [`/images/${randomUUID()}`, 'GET'],
    ])('asks before it calls %s, without a key', async (path, method) => {
      expect(system().aws.config.api.corsOrigins).toEqual([ALLOWED]);
      const asked = (origin: string) =>
        ask('OPTIONS', path, origin, {
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'content-type,x-api-key',
        });
      const answer = await asked(ALLOWED);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).toBeLessThan(300);
      expect(allowedOrigin(answer)).toBe(ALLOWED);
      expect(String(answer.headers['access-control-allow-methods'])).toContain(method);
      expect(String(answer.headers['access-control-allow-headers']).toLowerCase()).toMatch(
        /content-type.*x-api-key|x-api-key.*content-type/,
      );
      expect(['*', STRANGE]).not.toContain(allowedOrigin(await asked(STRANGE)));
      // For so long it asks no more (Access-Control-Max-Age).
      expect(answer.headers['access-control-max-age']).toBe(String(BOUNDS.preflightSeconds));
    });
    it('reads the problem documents of the gateway and of the functions, from an allowed origin only', async () => {
      const key = { 'x-api-key': system().aws.apiKeys.get('demo')?.value ?? '' };
      for (const [path, headers, status] of [
        ['/images', {}, 401],
        ['/images/not-an-id', key, 400],
        [`/images/${randomUUID()}`, key, 404],
      ] as const) {
        const answer = await ask('GET', path, ALLOWED, headers);
        expect([path, answer.status, allowedOrigin(answer)]).toEqual([path, status, ALLOWED]);
        expect(problem(answer).status).toBe(status);
        expect(['*', STRANGE]).not.toContain(allowedOrigin(await ask('GET', path, STRANGE, headers)));
      }
    });
  });
}
