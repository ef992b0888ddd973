import { STAGE_NAMES } from '../domain/stage-names';
import { API } from './api-info';
import { paths } from './operations';
import { RESPONSE_HEADERS } from './response-headers';
import { componentSchemas } from './schemas';
import { webhooksDocument } from './webhooks';

/** The API's OpenAPI 3.1 document, built from the schemas that the handlers validate with. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: API.title,
    version: API.version,
    description:
      'Upload a picture and learn whether it shows a cat, a dog, neither, or needs a person to decide. Errors are ' +
      'problem documents (RFC 9457) with a stable `code`. Answers may gain fields and headers without a new version: ' +
      'ignore what you do not know. A new value of an enumeration is a new first number of the version. Every request names its client in `User-Agent`: one without ' +
      'it is refused with 403 by the firewall in front of the API. What a client can be told instead of asking is in webhooks.json.',
    contact: API.contact,
    license: API.license,
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

const textOf = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** The document as it is written to openapi.json. */
export const openApiText = (): string => textOf(openApiDocument());
/** The document as it is written to webhooks.json. */
export const webhooksText = (): string => textOf(webhooksDocument());
