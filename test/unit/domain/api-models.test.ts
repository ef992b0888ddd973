import Ajv from 'ajv-draft-04';
import fc from 'fast-check';
import * as z from 'zod';
import { REQUEST_MODELS } from '../../../lambda/domain/api-models';
import { uploadRequestSchema } from '../../../lambda/domain/api-schemas';
import {
  gatewaySchemaOf,
  type JsonSchema,
  SchemaNotExpressible,
  toGatewaySchema,
} from '../../../lambda/domain/gateway-schema';

describe('making a schema for API Gateway', () => {
  test('puts definitions in place of references', () => {
    const name: JsonSchema = { type: 'string', maxLength: 5 };
    const schema: JsonSchema = {
      definitions: {
        Name: name,
        Pet: { type: 'object', properties: { name: { $ref: '#/definitions/Name' } } },
      },
      anyOf: [{ $ref: '#/definitions/Pet' }, { type: 'array', items: { $ref: '#/definitions/Name' } }],
    };
    expect(toGatewaySchema(schema)).toEqual({
      anyOf: [
        { type: 'object', properties: { name } },
        { type: 'array', items: name },
      ],
    });
  });

  test.each<[string, JsonSchema]>([
    ['a keyword that API Gateway ignores', { type: 'number', exclusiveMinimum: true, minimum: 0 }],
    ['one inside a property', { type: 'object', properties: { a: { const: 1 } } }],
    ['one inside an alternative', { anyOf: [{ oneOf: [] }] }],
    ['one inside list items', { items: { format: 'date' } }],
    ['one inside a map', { additionalProperties: { propertyNames: {} } }],
    ['a reference that leads nowhere', { $ref: '#/definitions/None' }],
    ['a reference to another document', { $ref: 'https://example.com/schema' }],
    [
      'a schema that contains itself',
      { definitions: { A: { properties: { a: { $ref: '#/definitions/A' } } } }, $ref: '#/definitions/A' },
    ],
  ])('refuses %s', (_, schema) => {
    expect(() => toGatewaySchema(schema)).toThrow(SchemaNotExpressible);
  });

  test('a property may be called like a keyword', () => {
    const schema: JsonSchema = { type: 'object', properties: { const: { type: 'string' } } };
    expect(toGatewaySchema(schema)).toEqual(schema);
  });

  test('says so when a zod schema uses what the gateway cannot hold a request to', () => {
    expect(() => gatewaySchemaOf(z.object({ n: z.number().gt(0) }))).toThrow(SchemaNotExpressible);
    expect(() => gatewaySchemaOf(z.object({ n: z.array(z.string()).min(1) }))).toThrow(SchemaNotExpressible);
  });
});

describe('the request model of uploads', () => {
  const { schema } = REQUEST_MODELS.UploadRequest;
  const validate = new Ajv({ strict: true }).compile(schema);

  test('is draft 4 and refers to nothing', () => {
    expect(schema['$schema']).toBe('http://json-schema.org/draft-04/schema#');
    expect(JSON.stringify(schema)).not.toMatch(/\$ref|definitions|"const"/);
  });

  const fileName = fc.string({ minLength: 1, maxLength: 255 }).filter((name) => !/[\\/\u007f]/.test(name));
  const contentType = fc.constantFrom('image/jpeg', 'image/png');
  const sound = fc.oneof(
    fc.record({ fileName, contentType, size: fc.integer({ min: 1, max: 15_728_640 }) }),
    fc.record({
      fileName,
      contentType,
      image: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    }),
  );

  test('takes whatever the handler takes', () => {
    fc.assert(
      fc.property(sound, (body) => {
        expect(uploadRequestSchema.safeParse(body).success).toBe(true);
        expect(validate(body)).toBe(true);
      }),
    );
  });

  test('refuses every body with one fault that a schema can express', () => {
    const fault = fc.constantFrom<object>(
      { fileName: '' },
      { fileName: 'a/b' },
      { fileName: 'a\u0000' },
      { fileName: 'x'.repeat(256) },
      { fileName: 1 },
      { fileName: undefined },
      { contentType: 'image/gif' },
      { contentType: undefined },
      { image: 'aGVsbG8=', size: 5 },
      { image: 5, size: undefined },
      { image: undefined, size: 0 },
      { image: undefined, size: 1.5 },
      { image: undefined, size: '5' },
      { image: undefined, size: 15_728_641 },
      { other: 1 },
    );
    fc.assert(
      fc.property(sound, fault, (body, change) => {
        // As a client sends it: JSON has no undefined.
        const sent: unknown = JSON.parse(JSON.stringify({ ...body, ...change }));
        expect(uploadRequestSchema.safeParse(sent).success).toBe(false);
        expect(validate(sent)).toBe(false);
      }),
    );
  });

  test.each([
    [{ fileName: 'a.jpg', contentType: 'image/jpeg', size: 15_728_640 }, true],
    [{ fileName: 'a.jpg', contentType: 'image/jpeg', size: 15_728_641 }, false],
    [{ fileName: 'a.jpg', contentType: 'image/jpeg', size: 0 }, false],
    [{ fileName: 'a.jpg', contentType: 'image/jpeg', image: 'aGVsbG8=' }, true],
    [{ fileName: 'a.jpg', contentType: 'image/jpeg', image: 'aGVsbG8=', size: 5 }, false],
    [{ fileName: '../a.jpg', contentType: 'image/jpeg', size: 5 }, false],
    [{ fileName: 'a.jpg', contentType: 'image/gif', size: 5 }, false],
    [{ fileName: 'a.jpg', contentType: 'image/png', size: 5, admin: true }, false],
    [[], false],
    ['text', false],
  ])('%j → %p', (value, expected) => {
    expect(validate(value)).toBe(expected);
  });
});
