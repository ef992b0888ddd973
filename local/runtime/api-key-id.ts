import { readFileSync } from 'node:fs';
import { isObject } from './is-object';

/**
 * Adds `requestContext.identity.apiKeyId`, which API Gateway gives and the emulator does not, to proxy events that were
 * sent with a known API key. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 * @param keysFile JSON object of key value → key id, written by the deployer; read each time, as keys are rotated
 */
export function addApiKeyId(event: unknown, keysFile: string): unknown {
  if (!isObject(event) || !isObject(event['requestContext']) || !isObject(event['headers'])) return event;
  const headers = Object.entries(event['headers']);
  const value = headers.find(([name]) => name.toLowerCase() === 'x-api-key')?.[1];
  if (typeof value !== 'string') return event;
  const ids = JSON.parse(readFileSync(keysFile, 'utf8')) as Record<string, string>;
  const apiKeyId = ids[value];
  if (apiKeyId === undefined) return event;
  const { requestContext } = event;
  const identity = isObject(requestContext['identity']) ? requestContext['identity'] : {};
  return {
    ...event,
    requestContext: { ...requestContext, identity: { ...identity, apiKey: value, apiKeyId } },
  };
}
