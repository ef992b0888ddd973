import { cp, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ensureNpmTool, type NpmTool } from '../../tools/setup/npm-tools';
import { consoleProgress } from '../../tools/setup/progress';
import { PROJECT_ROOT, TOOLS_DIRECTORY } from '../../tools/setup/project-paths';
import { ensurePythonTool, type PythonTool } from '../../tools/setup/python-tools';
import { runCommand } from '../../tools/setup/run-command';
import { requireProgram } from '../support/require-program';

const DOCUMENT = join(PROJECT_ROOT, 'lambda', 'openapi', 'openapi.json');
const DRIVERS = join(__dirname, 'drivers');

/** What the generators and their clients run on. */
export interface Toolchain {
  readonly python: PythonTool;
  readonly npm: NpmTool;
}

/** A client that somebody else's program makes of the document. */
export interface GeneratedClient {
  readonly name: string;
  /** Makes and compiles the client, unedited, in an empty folder. */
  make(tools: Toolchain, directory: string): Promise<void>;
  /** Runs the driver of the client; answers what it printed. */
  drive(tools: Toolchain, directory: string, world: World): Promise<string>;
}

export interface World {
  /** The file that holds the scenario. */
  readonly scenario: string;
  readonly caFile: string;
  /** Names of the embedded AWS that clients connect to. */
  readonly hosts: readonly string[];
}

const JAVA_CLIENTS = 'the clients that openapi-generator makes are compiled and run';

/** @throws SetupError */
export async function prepareToolchain(): Promise<Toolchain> {
  await requireProgram('javac', '-version', JAVA_CLIENTS);
  await requireProgram('mvn', '-version', JAVA_CLIENTS);
  return {
    python: await ensurePythonTool('api-clients', { progress: consoleProgress }),
    npm: await ensureNpmTool('api-clients', { progress: consoleProgress }),
  };
}

const runDriver = (command: string, args: readonly string[], world: World, env: NodeJS.ProcessEnv = {}) =>
  runCommand(command, args, { env: { ...process.env, ...env, SCENARIO: world.scenario } });

/** openapi-generator's jar, as its own publisher puts it into a Python wheel: so it is locked by its hash. */
const openApiGenerator = async ({ python }: Toolchain, generator: string, out: string, ...args: string[]) => {
  const answer = await runCommand(python.python, [
    '-c',
    'import openapi_generator_cli, os; print(os.path.dirname(openapi_generator_cli.__file__))',
  ]);
  const jar = join(answer.trim(), 'openapi-generator.jar');
  await runCommand('java', ['-jar', jar, 'generate', '-g', generator, '-i', DOCUMENT, '-o', out, ...args]);
};

/** A package that compiles in Python: every module is parsed and imported. */
async function compilePython({ python }: Toolchain, directory: string, name: string): Promise<void> {
  await runCommand(python.python, ['-m', 'compileall', '-q', join(directory, name)]);
  const importAll = `import importlib, pkgutil, ${name}
for module in pkgutil.walk_packages(${name}.__path__, "${name}."): importlib.import_module(module.name)`;
  await runCommand(python.python, ['-W', 'error', '-c', importAll], {
    env: { ...process.env, PYTHONPATH: directory },
  });
}

const pythonDriver =
  (file: string): GeneratedClient['drive'] =>
  ({ python }, directory, world) =>
    runDriver(python.python, ['-B', join(DRIVERS, 'python', file)], world, {
      PYTHONPATH: [directory, join(DRIVERS, 'python')].join(delimiter),
    });

/** The strictness that a careful user compiles with, and no less. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'esnext',
  moduleResolution: 'bundler',
  strict: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  typeRoots: [join(PROJECT_ROOT, 'node_modules', '@types')],
  types: ['node'],
};

/** A project of the generated client and its driver, type-checked as one. */
async function compileTypeScript({ npm }: Toolchain, directory: string, driver: string): Promise<void> {
  for (const file of ['scenario.ts', driver]) {
    await cp(join(DRIVERS, 'typescript', file), join(directory, file));
  }
  await cp(
    join(npm.directory, 'node_modules', 'openapi-fetch'),
    join(directory, 'node_modules', 'openapi-fetch'),
    {
      recursive: true,
    },
  );
  await cp(
    join(npm.directory, 'node_modules', 'openapi-typescript-helpers'),
    join(directory, 'node_modules', 'openapi-typescript-helpers'),
    { recursive: true },
  );
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts', 'client'] }),
  );
  await runCommand(process.execPath, [npm.bin('tsc'), '--project', directory]);
}

const typeScriptDriver =
  (file: string): GeneratedClient['drive'] =>
  (_, directory, world) =>
    runDriver(
      process.execPath,
      [
        '--import',
        join(PROJECT_ROOT, 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs'),
        join(directory, file),
      ],
      world,
      { NODE_EXTRA_CA_CERTS: world.caFile },
    );

/** Maven keeps what it fetches with the project's other tools. */
const MAVEN = [
  '--batch-mode',
  '--quiet',
  `-Dmaven.repo.local=${join(TOOLS_DIRECTORY, 'maven')}`,
  '-DskipTests',
];

export const GENERATED_CLIENTS: readonly GeneratedClient[] = [
  {
    name: 'openapi-generator, Python',
    async make(tools, directory) {
      await openApiGenerator(tools, 'python', directory);
      await compilePython(tools, directory, 'openapi_client');
    },
    drive: pythonDriver('drive_openapi_generator.py'),
  },
  {
    name: 'openapi-generator, Java',
    async make(tools, directory) {
      await openApiGenerator(tools, 'java', directory, '--library', 'native');
      const classpathFile = join(directory, 'classpath.txt');
      await runCommand(
        'mvn',
        [...MAVEN, 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`],
        { cwd: directory },
      );
      const driver = join(DRIVERS, 'java', 'Drive.java');
      const classes = join(directory, 'target', 'classes');
      await runCommand('sh', [
        '-c',
        'exec javac -d "$1" -cp "$1:$(cat "$2")" "$3"',
        'sh',
        classes,
        classpathFile,
        driver,
      ]);
    },
    async drive(_, directory, world) {
      const hosts = join(directory, 'hosts');
      await writeFile(hosts, `127.0.0.1 ${world.hosts.join(' ')}\n`);
      const trust = join(directory, 'trust.p12');
      const password = 'embedded';
      await runCommand('keytool', [
        '-importcert',
        '-noprompt',
        ...['-alias', 'embedded-aws', '-file', world.caFile],
        ...['-keystore', trust, '-storetype', 'PKCS12', '-storepass', password],
      ]);
      return runDriver(
        'sh',
        [
          '-c',
          'exec java -Djdk.net.hosts.file="$1" -Djavax.net.ssl.trustStore="$2" -Djavax.net.ssl.trustStorePassword="$3" -cp "$4:$(cat "$5")" Drive',
          'sh',
          hosts,
          trust,
          password,
          join(directory, 'target', 'classes'),
          join(directory, 'classpath.txt'),
        ],
        world,
      );
    },
  },
  {
    name: 'openapi-python-client',
    async make(tools, directory) {
      await runCommand(
        tools.python.script('openapi-python-client'),
        ['generate', ...['--path', DOCUMENT, '--output-path', directory, '--overwrite', '--fail-on-warning']],
        {
          env: {
            ...process.env,
            PATH: [join(tools.python.directory, 'bin'), process.env['PATH']].join(delimiter),
          },
        },
      );
      await compilePython(tools, directory, 'cat_and_dog_detector_client');
    },
    drive: pythonDriver('drive_openapi_python_client.py'),
  },
  {
    name: 'openapi-typescript with openapi-fetch',
    async make(tools, directory) {
      await mkdir(join(directory, 'client'), { recursive: true });
      await runCommand(process.execPath, [
        tools.npm.bin('openapi-typescript'),
        DOCUMENT,
        ...['--output', join(directory, 'client', 'schema.ts')],
      ]);
      await compileTypeScript(tools, directory, 'drive-openapi-fetch.ts');
    },
    drive: typeScriptDriver('drive-openapi-fetch.ts'),
  },
  {
    name: '@hey-api/openapi-ts',
    async make(tools, directory) {
      await runCommand(process.execPath, [
        tools.npm.bin('openapi-ts'),
        ...['--input', DOCUMENT, '--output', join(directory, 'client'), '--no-log-file'],
      ]);
      await compileTypeScript(tools, directory, 'drive-hey-api.ts');
    },
    drive: typeScriptDriver('drive-hey-api.ts'),
  },
];
