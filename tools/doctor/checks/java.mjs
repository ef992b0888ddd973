// Only the clients of generators and fuzzers need these (npm run test:clients).
import { probe } from '../probe.mjs';

const OLDEST = 17;

export const java = {
  name: 'JDK',
  async run() {
    const { ok, output } = await probe('javac', ['-version']);
    const version = Number(/javac (\d+)/.exec(output)?.[1]);
    if (ok && version >= OLDEST) return { state: 'ok', seen: output.trim() };
    return {
      state: 'lacking',
      seen: ok ? `${output.trim()}; ${OLDEST} or newer is needed` : 'no javac on the PATH',
      remedy: `Install a JDK, ${OLDEST} or newer; npm run test:clients alone needs it.`,
    };
  },
};

export const maven = {
  name: 'Maven',
  async run() {
    const { ok, output } = await probe('mvn', ['--version']);
    return ok
      ? { state: 'ok', seen: /Apache Maven [\d.]+/.exec(output)?.[0] ?? 'mvn' }
      : {
          state: 'lacking',
          seen: 'no mvn on the PATH',
          remedy: 'Install Maven; npm run test:clients alone needs it.',
        };
  },
};
