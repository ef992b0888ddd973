import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { type Bundle, BUNDLE_OPTIONS, buildFunctions } from '../../../lambda/build';
import { kebabName } from '../../../lambda/functions';
import { functionEnvironment } from '../../support/function-environment';
import { type Measure, type Measured, ratioOf } from '../ratio';
import { FIRST_EVENTS } from './first-events';

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
/** The reference: five bare clients made at start, of which the handler asks one. */
const REFERENCE = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
export const clients = [new S3Client(), new RekognitionClient(), new SNSClient(), new SSMClient()];
const tables = DynamoDBDocumentClient.from(new DynamoDBClient());
export const handler = () => tables.send(new GetCommand({ TableName: 'table', Key: { id: '1' } }));
`;
const TARGETS = { start: 2.5, firstAnswer: 0.65, bytes: 1.25 };

/**
 * Loads the bundle; then, given an event, hands it over and waits for the first answer of AWS. Told is the processor
 * time in milliseconds. Handlers may fail: the answer is a refusal, which no client repeats.
 */
const CHILD = `
const [file, event] = process.argv.slice(1);
const told = () => { const { user, system } = process.cpuUsage(); process.send((user + system) / 1000, () => process.exit()); };
if (event !== undefined)
  require('node:diagnostics_channel').subscribe('http.client.response.finish', ({ response }) =>
    response.once('end', () => setImmediate(told)));
const { handler } = require(file);
if (event === undefined) told(); else Promise.resolve(handler(JSON.parse(event))).catch(() => {});
`;

/** @throws Error when the process ends without a figure */
async function cost(file: string, environment: Record<string, string>, event?: unknown): Promise<number> {
  const argv = ['-e', CHILD, file, ...(event === undefined ? [] : [JSON.stringify(event)])];
  const child = spawn(process.execPath, argv, {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  let figure = NaN;
  child.stderr?.on('data', (text: Buffer) => (complaint += text.toString()));
  child.on('message', (told) => (figure = Number(told)));
  await once(child, 'close');
  if (Number.isNaN(figure)) throw new Error(`${file} gives no figure: ${complaint}`);
  return figure;
}

async function bundleOf(contents: string): Promise<Uint8Array> {
  const { outputFiles } = await build({ ...BUNDLE_OPTIONS, stdin: { contents, resolveDir: process.cwd() } });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** Bytes of a bundle of just these packages' clients, credential chain and all. */
async function clientsAlone(packages: readonly string[]): Promise<number> {
  const imports = packages.flatMap((name) => {
    const symbol = CLIENTS[name];
    return symbol === undefined ? [] : [`export { ${symbol} } from '${name}';`];
  });
  return imports.length === 0 ? NaN : (await bundleOf(imports.join('\n'))).length;
}

interface Surroundings {
  /** A bundle of an empty handler. */
  readonly empty: string;
  readonly reference: string;
  /** Of an AWS that refuses every call. */
  readonly endpoint: string;
}

/** The ratios of one function, each pair measured side by side. */
async function measureFunction(
  { id, folder, bytes, packages }: Bundle,
  { empty, reference, endpoint }: Surroundings,
  rounds: number,
): Promise<Measured[]> {
  const file = path.join(folder, 'index.js');
  const environment = { ...functionEnvironment(id), AWS_ENDPOINT_URL: endpoint };
  const event = FIRST_EVENTS[id];
  const starts: number[] = [];
  const answers: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const floor = await cost(empty, environment);
    starts.push((await cost(file, environment)) / floor);
    const five = await cost(reference, environment, {});
    answers.push((await cost(file, environment, event)) / five);
  }
  const name = kebabName(id);
  return [
    ratioOf(`${name}: start ÷ empty handler`, starts, TARGETS.start),
    ratioOf(`${name}: first answer ÷ five bare clients`, answers, TARGETS.firstAnswer),
    ratioOf(
      `${name}: bytes ÷ its SDK clients alone`,
      [bytes / (await clientsAlone(packages))],
      TARGETS.bytes,
    ),
  ];
}

/** Refuses every call as AWS refuses a bad one, which no client repeats. */
const refusingAws = (): Server =>
  createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end('{"__type":"ValidationException","message":"refused"}');
    });
  });

/**
 * How heavy each function is to start, in processor time of pairs measured side by side.
 * - start: a process that loads the bundle ÷ one that loads an empty handler.
 * - first answer: until the function has the first answer of AWS ÷ the same for a bundle of five bare clients. What is
 *   only put off until the first call is in it.
 * - bytes: of the bundle ÷ of a bundle of just its SDK clients.
 */
export const measureFunctions: Measure = async (rounds) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'function-start-'));
  const aws = refusingAws().listen(0, '127.0.0.1');
  try {
    await once(aws, 'listening');
    const surroundings = {
      empty: path.join(folder, 'empty.js'),
      reference: path.join(folder, 'reference.js'),
      endpoint: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    };
    writeFileSync(surroundings.empty, 'exports.handler = async () => undefined;');
    writeFileSync(surroundings.reference, await bundleOf(REFERENCE));
    const measured: Measured[] = [];
    for (const bundle of await buildFunctions())
      measured.push(...(await measureFunction(bundle, surroundings, rounds)));
    return measured;
  } finally {
    aws.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
