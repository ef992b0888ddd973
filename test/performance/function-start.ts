/*
 * How heavy each function is to start: `node --import tsx test/performance/function-start.ts [rounds]`.
 * Processor time of a process that loads the bundle ÷ that of one that loads an empty handler (interleaved, median of
 * the ratios), and bytes of the bundle ÷ those of a bundle of just its SDK clients. The runtime's own Node 24 where
 * installed. Only ratios mean something; absolute times drift with the machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { type Bundle, BUNDLE_OPTIONS, buildFunctions } from '../../lambda/build';
import { kebabName } from '../../lambda/functions';
import { functionEnvironment } from '../support/function-environment';

/** What a bare client of each service takes to import. */
const CLIENTS: Record<string, string> = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/lib-dynamodb': 'DynamoDBDocumentClient',
  '@aws-sdk/client-rekognition': 'RekognitionClient',
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/s3-presigned-post': 'createPresignedPost',
  '@aws-sdk/client-secrets-manager': 'SecretsManagerClient',
  '@aws-sdk/client-sfn': 'SFNClient',
  '@aws-sdk/client-sns': 'SNSClient',
  '@aws-sdk/client-ssm': 'SSMClient',
};
const TARGETS = { start: 2.5, bytes: 1.25 };

/** Milliseconds of processor time that a process has used when it has loaded the file. */
function startCost(node: string, file: string, environment: Record<string, string>): number {
  const script = `require(${JSON.stringify(file)});const u=process.cpuUsage();console.log((u.user+u.system)/1000)`;
  const child = spawnSync(node, ['-e', script], { env: environment, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${file} does not start: ${child.stderr}`);
  return Number(child.stdout.trim().split('\n').at(-1));
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Bytes of a bundle of just these packages' clients, credential chain and all. */
async function clientsAlone(packages: readonly string[]): Promise<number> {
  const imports = packages.flatMap((name) => {
    const symbol = CLIENTS[name];
    return symbol === undefined ? [] : [`export { ${symbol} } from '${name}';`];
  });
  if (imports.length === 0) return NaN;
  const stdin = { contents: imports.join('\n'), resolveDir: process.cwd() };
  const { outputFiles } = await build({ ...BUNDLE_OPTIONS, stdin });
  return outputFiles[0]?.contents.length ?? NaN;
}

async function measure(bundles: readonly Bundle[], empty: string, rounds: number): Promise<boolean> {
  const node = process.execPath;
  const ratios = new Map<string, number[]>(bundles.map(({ id }) => [id, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { id, folder } of bundles) {
      const environment = functionEnvironment(id);
      const floor = startCost(node, empty, environment);
      ratios.get(id)?.push(startCost(node, path.join(folder, 'index.js'), environment) / floor);
    }
  }
  console.log('function           start ÷ empty   kB   bytes ÷ own SDK clients');
  let isWithin = true;
  for (const { id, bytes, packages } of bundles) {
    const start = median(ratios.get(id) ?? []);
    const share = bytes / (await clientsAlone(packages));
    isWithin &&= start <= TARGETS.start && !(share > TARGETS.bytes);
    const shown = Number.isNaN(share) ? '    – (no client)' : share.toFixed(2).padStart(6);
    const size = (bytes / 1000).toFixed(0).padStart(11);
    console.log(`${kebabName(id).padEnd(18)}${start.toFixed(2).padStart(6)}${size}${shown}`);
  }
  console.log(`targets             ${TARGETS.start}               ${TARGETS.bytes}    on ${node}`);
  return isWithin;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'function-start-'));
  try {
    const empty = path.join(folder, 'empty.js');
    writeFileSync(empty, 'exports.handler = async () => undefined;');
    const isWithin = await measure(await buildFunctions(), empty, Number(process.argv[2] ?? 9));
    console.log(isWithin ? 'every target is met' : 'NOT every target is met');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
