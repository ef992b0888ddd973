import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  imageListSchema,
  imageViewSchema,
  uploadAnswerSchema,
  uploadRequestSchema,
} from '../../../lambda/domain/api-schemas';
import { type ProblemCode, PROBLEM_CODES, PROBLEMS, problemSchema } from '../../../lambda/domain/problems';
import { webhookEventSchema } from '../../../lambda/domain/webhook-event';
import { openApiDocument, openApiText, webhooksText } from '../../../lambda/openapi/document';
import { webhooksDocument } from '../../../lambda/openapi/webhooks';

const FOLDER = path.join(__dirname, '../../../lambda/openapi');
const DOCUMENTS: [string, () => string][] = [
  ['openapi.json', openApiText],
  ['webhooks.json', webhooksText],
];
const VALIDATOR = require.resolve('@seriousme/openapi-schema-validator/bin/validate-api-cli.js');

interface Content {
  readonly schema: { readonly $ref: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Response {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
}
interface Operation {
  readonly security: readonly object[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}

const document = JSON.parse(openApiText()) as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(document.paths).flatMap(([route, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${route}`,
    operation,
  })),
);
const operation = (name: string): Operation => {
  const found = operations.find((one) => one.name === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found.operation;
};

describe('the OpenAPI document', () => {
  test.each(DOCUMENTS)(
    '%s is the one that is committed: run `npm run generate` after a change of the schemas',
    (name, text) => {
      expect(readFileSync(path.join(FOLDER, name), 'utf8')).toBe(text());
    },
  );

  test.each(DOCUMENTS)('%s is valid OpenAPI 3.1', (name, text) => {
    expect(JSON.parse(text())).toMatchObject({ openapi: '3.1.0' });
    const answer = execFileSync(process.execPath, [VALIDATOR, path.join(FOLDER, name)], { encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual({ valid: true });
  });

  test('has every operation, with the credentials that it needs', () => {
    expect(Object.fromEntries(operations.map(({ name, operation: one }) => [name, one.security]))).toEqual({
      'POST /upload': [{ apiKey: [] }],
      'GET /images': [{ apiKey: [] }],
      'GET /images/{id}': [{ apiKey: [] }],
      'DELETE /images/{id}': [{ apiKey: [] }],
      'DELETE /stewardship/images/{id}': [{ signatureVersion4: [] }],
      'GET /reviews': [{ signatureVersion4: [] }],
      'GET /reviews/{id}': [{ signatureVersion4: [] }],
      'POST /reviews/{id}/decision': [{ signatureVersion4: [] }],
    });
  });

  test('tells of every message as it is sent', () => {
    const { post } = webhooksDocument().webhooks.imageTold;
    const { schema, example } = post.requestBody.content['application/json'];
    expect(webhookEventSchema.parse(example)).toEqual(example);
    const told = webhookEventSchema.options.map(({ shape }) => ({
      type: shape.type.value,
      data: Object.keys(shape.data.shape),
    }));
    expect(schema.properties.type.enum).toEqual(told.map(({ type }) => type));
    const fields = new Set(told.flatMap(({ data }) => data));
    expect(Object.keys(schema.properties.data.properties).sort()).toEqual([...fields].sort());
  });

  test('names the headers and parameters that handlers read', () => {
    const named = (name: string): string[] =>
      operation(name).parameters.map((one) => `${one.in} ${one.name}`);
    expect(named('POST /upload')).toEqual(['header Idempotency-Key']);
    expect(named('GET /images/{id}')).toEqual(['path id', 'query wait', 'header If-None-Match']);
    expect(named('GET /images')).toEqual([
      ...['animal', 'status', 'from', 'to', 'reference', 'fileName', 'order', 'limit', 'cursor', 'ids'].map(
        (name) => `query ${name}`,
      ),
      'header If-None-Match',
    ]);
  });

  test('refers to nothing that is not there', () => {
    const text = openApiText();
    const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, pointer]) => pointer ?? '');
    expect(references.length).toBeGreaterThan(20);
    for (const pointer of references) {
      const target = pointer
        .split('/')
        .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], openApiDocument());
      expect([pointer, typeof target]).toEqual([pointer, 'object']);
    }
  });

  test('has examples that the schemas take', () => {
    const example = (name: string, status: string): unknown =>
      operation(name).responses[status]?.content?.['application/json']?.example;
    expect(uploadAnswerSchema.required().strict().safeParse(example('POST /upload', '201')).success).toBe(
      true,
    );
    expect(uploadAnswerSchema.strict().safeParse(example('POST /upload', '202')).success).toBe(true);
    expect(imageListSchema.strict().safeParse(example('GET /images', '200')).success).toBe(true);
    expect(imageViewSchema.strict().safeParse(example('GET /images/{id}', '200')).success).toBe(true);
    const bodies = operation('POST /upload').requestBody?.content['application/json']?.examples ?? {};
    expect(Object.keys(bodies)).toEqual(['inline', 'presigned']);
    for (const { value } of Object.values(bodies))
      expect(uploadRequestSchema.safeParse(value).success).toBe(true);
  });

  test('shows every problem of the catalogue somewhere, under its own status', () => {
    const shown = new Set<string>();
    for (const { operation: one } of operations) {
      for (const [status, { content }] of Object.entries(one.responses)) {
        for (const [code, { value }] of Object.entries(
          content?.['application/problem+json']?.examples ?? {},
        )) {
          const problem = problemSchema.strict().parse(value);
          expect([problem.code, String(problem.status)]).toEqual([code, status]);
          expect(PROBLEMS[code as ProblemCode].status).toBe(Number(status));
          shown.add(code);
        }
      }
    }
    expect([...shown].sort()).toEqual([...PROBLEM_CODES].sort());
  });

  test.each(operations)(
    '$name says what the gateway and faults of ours answer, and when to try again',
    ({ operation: one }) => {
      const statuses = ['400', '401', '403', '404', '405', '429', '500', '503', '504'];
      expect(Object.keys(one.responses)).toEqual(expect.arrayContaining(statuses));
      const retrying = Object.keys(one.responses).filter(
        (status) => one.responses[status]?.headers['Retry-After'],
      );
      // An accepted picture is asked for again as well, and one that is under way.
      expect(retrying.filter((status) => !['200', '202', '304'].includes(status))).toEqual([
        '429',
        '500',
        '503',
        '504',
      ]);
    },
  );
});
