import { STAGE_NAMES } from '../domain/stage-names';
import { paths } from './operations';
import { RESPONSE_HEADERS } from './response-headers';
import { componentSchemas } from './schemas';
import { webhooks } from './webhooks';

/** Of the API, not of the code: raised when clients can do more, or must do something differently. */
const API_VERSION = '2.3.0';

/** The API's OpenAPI 3.1 document, built from the schemas that the handlers validate with. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Cat and dog detector',
    version: API_VERSION,
    description:
      'Upload a picture and learn whether it shows a cat, a dog, neither, or needs a person to decide. Errors are ' +
      'problem documents (RFC 9457) with a stable `code`. Answers may gain fields and headers without a new version: ' +
      'ignore what you do not know. A new value of an enumeration is a new first number of the version. Every request names its client in `User-Agent`: one without ' +
      'it is refused with 403 by the firewall in front of the API.',
    contact: { name: 'Image platform', email: 'image-platform@example.com' },
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [
    {
      'x-internal': false,
      url: 'https://{api}.execute-api.us-east-1.amazonaws.com/{stage}',
      variables: {
        api: { default: 'api-id', description: "the REST API's id, an output of the deployment" },
        stage: { default: 'dev', enum: [...STAGE_NAMES] },
      },
    },
  ],
  tags: [
    { name: 'pictures', description: 'For clients, with an API key.' },
    { name: 'stewardship', description: 'For people with a role in the account.' },
    {
      name: 'reviews',
      description: 'For people who decide what the model could not: with a role in the account.',
    },
  ],
  paths: paths(),
  webhooks: webhooks(),
  components: {
    securitySchemes: {
      apiKey: {
        type: 'apiKey',
        in: 'header',
        name: 'x-api-key',
        description: "The client's API key; it also decides whose images are seen.",
      },
      signatureVersion4: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'AWS Signature Version 4, service `execute-api`.',
        'x-amazon-apigateway-authtype': 'awsSigv4',
      },
    },
    headers: RESPONSE_HEADERS,
    schemas: componentSchemas(),
  },
});

/** The document as it is written to openapi.json. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), undefined, 2)}\n`;
