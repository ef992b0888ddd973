import { categorySchema, rejectionReasonSchema } from '../domain/category';
import { reviewDecisionSchema } from '../domain/review-record';
import { WEBHOOK_TYPES } from '../domain/webhook-event';
import { BOUNDS } from '../domain/bounds';
import { API } from './api-info';

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string', maxLength: BOUNDS.textLength },
});
const text = (description: string) => ({ type: 'string', maxLength: BOUNDS.referenceLength, description });

/**
 * What a client is told, as a request of the API's to the client's own server. Written as one open object: what the
 * generators of clients make of unions differs, and `type` tells which field of `data` is there.
 */
const webhooks = () => ({
  imageTold: {
    post: {
      operationId: 'imageTold',
      tags: ['webhooks'],
      summary: 'Be told what became of a picture',
      description:
        'Sent to the address that the client confirmed, off by default. In the form of Standard Webhooks: verify the signature over ' +
        '`id.timestamp.body` with the bytes as they came, refuse timestamps that are five minutes off, and keep ids for a ' +
        'day: the same id is the same message again. Any answer of 2xx takes it; 410 ends all further messages; anything else, or ' +
        `none within ${BOUNDS.webhookAnswerSeconds} seconds, is tried again for ${BOUNDS.webhookFailingHours} hours.`,
      security: [],
      parameters: [
        header('webhook-id', 'Of the message: the same for every repeat.'),
        header('webhook-timestamp', 'Of this attempt, in seconds since 1970.'),
        header(
          'webhook-signature',
          '`v1,` and the base64 of an HMAC-SHA256; two of them, with a space between, while one secret replaces another.',
        ),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['type', 'timestamp', 'data'],
              properties: {
                type: { type: 'string', enum: [...WEBHOOK_TYPES] },
                timestamp: { type: 'string', format: 'date-time', maxLength: BOUNDS.identifierLength },
                data: {
                  type: 'object',
                  required: ['imageId', 'link'],
                  properties: {
                    imageId: { type: 'string', format: 'uuid', maxLength: BOUNDS.identifierLength },
                    link: text('Where to read the rest, with the API key: a path of this API.'),
                    category: { type: 'string', enum: [...categorySchema.options] },
                    reason: { type: 'string', enum: [...rejectionReasonSchema.options] },
                    outcome: { type: 'string', enum: [...reviewDecisionSchema.shape.outcome.options] },
                  },
                },
              },
            },
            example: {
              type: 'image.completed',
              timestamp: '2025-08-04T11:42:03Z',
              data: {
                imageId: '7d2c880c-3f9e-433b-9ae6-0a0ca41358d3',
                link: '/images/7d2c880c-3f9e-433b-9ae6-0a0ca41358d3',
                category: 'dog',
              },
            },
          },
        },
      },
      responses: {
        '204': { description: 'Taken.' },
        '401': { description: 'The signature is not of the secret, or the message not of now.' },
        '410': { description: 'The endpoint is gone: no further messages.' },
      },
    },
  },
});

/**
 * The document of what clients receive. It is apart from that of the API: openapi-generator writes the class of a webhook
 * over that of the tag's operations, and Python that does not compile (test/clients shows it).
 */
export const webhooksDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: `${API.title}: what clients are told`,
    version: API.version,
    description: 'Messages that the API sends to the server of a client that wants them.',
    contact: API.contact,
    license: API.license,
  },
  tags: [{ name: 'webhooks', description: 'Received by the client.' }],
  webhooks: webhooks(),
});
