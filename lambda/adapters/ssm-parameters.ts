import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ClientRegistry, ThresholdSource } from '../domain/ports';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call, errorName } from './service-errors';

export const ssmClient = (limits: CallLimits): SSMClient => new SSMClient(clientConfiguration(limits));

async function read(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const answer = await call('ssm:GetParameter', () => client.send(new GetParameterCommand({ Name: name })));
    return answer.Parameter?.Value;
  } catch (error) {
    if (errorName(error) === 'ParameterNotFound') return undefined;
    throw error;
  }
}

export class SsmThresholdSource implements ThresholdSource {
  constructor(
    private readonly client: SSMClient,
    private readonly parameter: string,
  ) {}

  async read(): Promise<string | undefined> {
    return await read(this.client, this.parameter);
  }
}

/** The parameter `PREFIX/API-KEY-ID` holds the client's id. */
export class SsmClientRegistry implements ClientRegistry {
  constructor(
    private readonly client: SSMClient,
    private readonly prefix: string,
  ) {}

  async clientOfKey(apiKeyId: string): Promise<string | undefined> {
    return await read(this.client, `${this.prefix}/${apiKeyId}`);
  }
}
