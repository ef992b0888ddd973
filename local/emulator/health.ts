import { type Agent, request } from 'node:https';

const PATIENCE_MILLISECONDS = 2000;

/** Whether the embedded AWS answers on a port; who takes the connection and says nothing is none. */
export const isHealthy = (
  port: number,
  agent: Agent,
  patienceMilliseconds = PATIENCE_MILLISECONDS,
): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request(
      { host: 'localhost', port, path: '/_ministack/health', agent, timeout: patienceMilliseconds },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
