import { DeleteFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { type AccountContext, type Exercise, evaluated, settingsOf, takenAway } from './exercise';
import { HOST, makeBesideHost } from './host-function';
import { beginningOf } from '../../../lambda/domain/cut-text';

const probeName = ({ names }: AccountContext): string => names.of('first-contact-probe');

/**
 * What runs in the function's own network. Each try has to fail; it tells how. The bucket is one of AWS's own public
 * ones, which anybody may read who gets to it: only the endpoint's policy keeps us from it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms names such buckets.
 */
const PROBE = `
const dns = require('node:dns').promises;
const net = require('node:net');
const { S3Client, GetObjectCommand, PutObjectCommand } = require('@aws-sdk/client-s3');
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const tried = async (name, attempt) => {
  try { await attempt(); return { name, failed: false, how: 'it succeeded' }; }
  catch (error) { return { name, failed: true, how: String(error.name === 'Error' ? (error.code ?? error.message) : error.name) }; }
};
const connect = (host) => new Promise((resolve, reject) => {
  const socket = net.connect({ host, port: 443, timeout: 4000 }, () => { socket.destroy(); resolve(); });
  socket.on('timeout', () => { socket.destroy(); reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })); });
  socket.on('error', reject);
});
exports.handler = async ({ region, table, bucket, foreignBucket }) => {
  const settings = { region, maxAttempts: 1, requestHandler: { connectionTimeout: 4000, requestTimeout: 4000 } };
  const s3 = new S3Client(settings);
  return [
    await tried('foreign bucket', () => s3.send(new GetObjectCommand({ Bucket: foreignBucket, Key: 'x' }))),
    await tried('unlisted service', () => connect('ec2.' + region + '.amazonaws.com')),
    await tried('foreign DNS name', () => dns.lookup('example.com')),
    await tried('address on the internet', () => connect('192.0.2.1')),
    await tried('wrong role on the table', () => new DynamoDBClient(settings).send(new PutItemCommand({ TableName: table, Item: { ImageID: { S: 'first-contact' } } }))),
    await tried('wrong role on the bucket', () => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'cats/first-contact', Body: '' }))),
  ];
};
`;

const answerSchema = z.array(z.object({ name: z.string(), failed: z.boolean(), how: z.string() })).min(1);

/** From a function's own network nothing is reached but what was evaluated. */
export const NETWORK_PROBE: Exercise = {
  id: 'network-negative',
  edge: 'function → what it must not reach: foreign bucket, unlisted service, foreign name, internet, wrong role',
  contracts: ['function-takes-its-role'],
  expected: 'every try fails; refusals by an endpoint are network-activity events of the trail',
  does: `makes a function in the network and with the role of ${HOST}, has it try, and deletes it`,
  cost: 'below 0.01 $',
  needsAws: 'it has no network: no endpoint policies, groups or DNS firewall',
  mark: { name: 'GetObject', holds: 'VpceAccessDenied' },
  run: async (context) => {
    const { names, config } = context;
    const client = new LambdaClient(settingsOf(context));
    const FunctionName = probeName(context);
    await makeBesideHost(context, {
      name: FunctionName,
      description: 'tries what must fail',
      timeout: 60,
      code: PROBE,
    });
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({
        FunctionName,
        Payload: Buffer.from(
          JSON.stringify({
            region: config.region,
            table: names.detectionLogsTable,
            bucket: names.pictureBucket,
            foreignBucket: `prod-${config.region}-starport-layer-bucket`,
          }),
        ),
      }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) return evaluated(false, `${FunctionError}: ${beginningOf(text, 300)}`);
    const tries = answerSchema.parse(JSON.parse(text));
    return evaluated(
      tries.every(({ failed }) => failed),
      tries.map(({ name, how }) => `${name}: ${how}`).join('; '),
    );
  },
  cleanUp: (context) => {
    const FunctionName = probeName(context);
    return takenAway(`function ${FunctionName}`, () =>
      new LambdaClient(settingsOf(context)).send(new DeleteFunctionCommand({ FunctionName })),
    );
  },
};
