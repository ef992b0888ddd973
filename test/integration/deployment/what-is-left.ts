import { GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { send } from '../../../tools/client/api-client';
import { signRequest } from '../../../tools/client/sign-request';
import { type Emulator, ROOT_CREDENTIALS } from '../../../local/emulator/emulator';
import type { EmbeddedAws } from '../../../local/embedded-aws';

const JSON_SERVICES = {
  kms: 'TrentService.DescribeKey',
  logs: 'Logs_20140328.DescribeLogGroups',
  ssm: 'AmazonSSM.DescribeParameters',
  tagging: 'ResourceGroupsTaggingAPI_20170126.GetResources',
} as const;

/** One call to a service with a JSON protocol, by hand: the project has no clients of services that it does not use. */
async function call(
  { agent, endpoint }: Emulator,
  region: string,
  service: keyof typeof JSON_SERVICES,
  body: object = {},
): Promise<unknown> {
  const url = `${endpoint}/`;
  const request = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': JSON_SERVICES[service] },
  };
  const identity = { region, service, credentials: ROOT_CREDENTIALS };
  const answer = await send(url, agent, await signRequest(url, request, identity));
  if (answer.status !== 200) throw new Error(`${service}: ${answer.status} ${answer.text}`);
  return answer.json();
}

const taggedSchema = z.object({
  ResourceTagMappingList: z.array(
    z.object({ ResourceARN: z.string(), Tags: z.array(z.object({ Key: z.string(), Value: z.string() })) }),
  ),
});
const keySchema = z.object({ KeyMetadata: z.object({ KeyState: z.string() }) });
const groupsSchema = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
const parametersSchema = z.object({ Parameters: z.array(z.object({ Name: z.string() })) });

async function inRegion({ emulator, names }: EmbeddedAws, region: string): Promise<string[]> {
  const { ResourceTagMappingList } = taggedSchema.parse(await call(emulator, region, 'tagging'));
  const { logGroups } = groupsSchema.parse(await call(emulator, region, 'logs'));
  const { Parameters } = parametersSchema.parse(await call(emulator, region, 'ssm'));
  const tagged = ResourceTagMappingList.filter(({ Tags }) => Tags.some(({ Key }) => Key === 'CostCentre'));
  const states = tagged.map(async ({ ResourceARN }) => {
    if (!ResourceARN.includes(':key/')) return ResourceARN;
    const { KeyMetadata } = keySchema.parse(await call(emulator, region, 'kms', { KeyId: ResourceARN }));
    return `${ResourceARN} ${KeyMetadata.KeyState}`;
  });
  return [
    ...(await Promise.all(states)),
    ...logGroups.map(({ logGroupName }) => logGroupName).filter((name) => name.includes(names.prefix)),
    ...Parameters.map(({ Name }) => Name).filter((name) => name.startsWith(`/${names.prefix}`)),
  ];
}

/** Whatever carries our tags or our prefix, in both regions; keys with their state. */
export async function whatIsLeft(aws: EmbeddedAws): Promise<string[]> {
  const { apiGateway, iam, s3 } = aws.clients;
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local', MaxItems: 1000 }));
  const { items: keys = [] } = await apiGateway.send(new GetApiKeysCommand({ limit: 500 }));
  const named = [
    ...Buckets.map(({ Name = '' }) => Name),
    ...Roles.map(({ RoleName = '' }) => RoleName),
    ...Policies.map(({ PolicyName = '' }) => PolicyName),
    ...keys.map(({ name = '' }) => name),
  ];
  return [
    ...(await inRegion(aws, aws.config.region)),
    ...(await inRegion(aws, aws.config.drRegion)),
    ...named.filter((name) => name.startsWith(aws.names.prefix)),
  ].sort();
}
