// Receives what the picture API tells: SECRET is the whsec_… that was handed over, PORT where to listen on this machine.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { verifyWebhook, WebhookError } from 'serverlessapp-pictures';

const { SECRET = '', PORT = '0' } = process.env;
/** Ids of messages that were taken; in a database where it must outlive the process. */
const taken = new Set<string>();

const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const event = await verifyWebhook(SECRET, request.headers, await buffer(request));
    const id = String(request.headers['webhook-id']);
    if (!taken.has(id)) console.log(event.type, event.data.imageId);
    taken.add(id);
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof WebhookError)) console.error(error);
    response.writeHead(error instanceof WebhookError ? 401 : 500).end();
  }
};
const server = createServer((request, response) => void take(request, response));
server.listen(Number(PORT), '127.0.0.1', () => console.log('listening', server.address()));
