import TestRunner, {
  type Test,
  type TestEvents,
  type TestRunnerOptions,
  type TestWatcher,
  type UnsubscribeFn,
} from 'jest-runner';

/** The project of the files that start a server; see jest.config.js. */
const WITH_SERVERS = 'integration';

const startsServer = ({ context }: Test): boolean => context.config.displayName?.name === WITH_SERVERS;

/**
 * jest's own runner, twice: as many workers for the files that start servers, which wait half of their time, and as many
 * beside them for all others, which stand back (stand-back.ts) and take what those leave. With one pool a core idles while a
 * file waits, and a larger one lets as many embedded AWS starve each other.
 */
export default class PooledRunner extends TestRunner {
  private readonly others: TestRunner;

  constructor(...[configuration, context]: ConstructorParameters<typeof TestRunner>) {
    super(configuration, context);
    this.others = new TestRunner(configuration, context);
  }

  override on<Name extends keyof TestEvents>(
    name: Name,
    listener: (event: TestEvents[Name]) => void | Promise<void>,
  ): UnsubscribeFn {
    const endings = [super.on(name, listener), this.others.on(name, listener)];
    return () => {
      for (const end of endings) end();
    };
  }

  override async runTests(tests: Test[], watcher: TestWatcher, options: TestRunnerOptions): Promise<void> {
    const withServers = tests.filter(startsServer);
    const others = tests.filter((test) => !startsServer(test));
    if (options.serial || withServers.length === 0 || others.length === 0)
      return super.runTests(tests, watcher, options);
    await Promise.all([
      super.runTests(withServers, watcher, options),
      this.others.runTests(others, watcher, options),
    ]);
  }
}
