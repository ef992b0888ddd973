import { PROBLEMS } from '../../../lambda/domain/problems';
import { openApiDocument } from '../../../lambda/openapi/document';

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of a document with its path, examples left out: they hold data, not schemas. */
function* nodesOf(value: unknown, path = ''): Generator<[string, Node]> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* nodesOf(each, `${path}/${index}`);
  } else if (isNode(value)) {
    yield [path, value];
    for (const [name, each] of Object.entries(value))
      if (name !== 'example' && name !== 'examples') yield* nodesOf(each, `${path}/${name}`);
  }
}

const document = JSON.parse(JSON.stringify(openApiDocument())) as Node;
const nodes = [...nodesOf(document)];
const pathsWhere = (isFault: (node: Node, path: string) => boolean): string[] =>
  nodes.filter(([path, node]) => isFault(node, path)).map(([path]) => path);

interface Operation {
  readonly security: readonly Node[];
  readonly requestBody?: Node;
  readonly responses: Readonly<
    Record<string, { headers?: Node; content?: Readonly<Record<string, { schema: Node }>> }>
  >;
}
const operations = Object.entries(document['paths'] as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]): [string, Operation][] =>
      isNode(operation) && 'responses' in operation
        ? [[`${method.toUpperCase()} ${path}`, operation as unknown as Operation]]
        : [],
    ),
);
const operation = (name: string): Operation => {
  const found = operations.find(([each]) => each === name)?.[1];
  if (!found) throw new RangeError(name);
  return found;
};

/**
 * What generators of clients and their users stumbled over, one by one; test/clients compiles and drives five of them,
 * which takes minutes.
 */
describe("the API's document", () => {
  test('has no format beside a pattern: of both, Python’s generators make validators that contradict', () => {
    expect(pathsWhere((node) => 'format' in node && typeof node['pattern'] === 'string')).toEqual([]);
  });

  test('holds what is asked of the API alone: openapi-generator writes the class of a webhook or callback over that of its tag', () => {
    expect(Object.keys(document)).not.toContain('webhooks');
    expect(pathsWhere((node) => 'callbacks' in node)).toEqual([]);
  });

  test('bounds no number by exclusiveMinimum or exclusiveMaximum, which older generators take for booleans', () => {
    const names = ['exclusiveMinimum', 'exclusiveMaximum'];
    expect(pathsWhere((node) => names.some((name) => typeof node[name] === 'number'))).toEqual([]);
  });

  test('answers 201 and 202 of an upload by one schema: Java’s clients have one type an operation', () => {
    const { responses } = operation('POST /upload');
    const schemaOf = (status: string) => responses[status]?.content?.['application/json']?.schema;
    expect(schemaOf('201')).toBeDefined();
    expect(schemaOf('202')).toEqual(schemaOf('201'));
  });

  test('closes what is asked and no answer: a field that comes later breaks no client', () => {
    const closed = pathsWhere((node) => node['additionalProperties'] === false);
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.filter((path) => !/Request|\/(Inline|Presigned)/.test(path))).toEqual([]);
  });

  test('says that the picture in a request is base64, how long names and lists are, and of which size integers are', () => {
    const images = nodes.filter(([path]) => path.endsWith('/properties/image'));
    expect(images.map(([, node]) => node['contentEncoding'])).toEqual(images.map(() => 'base64'));
    expect(images.length).toBeGreaterThan(0);
    const isSchema = (path: string): boolean => path.includes('/schema');
    const unbounded = pathsWhere(
      (node, path) =>
        isSchema(path) &&
        ((node['type'] === 'string' &&
          !['maxLength', 'enum', 'const', 'format'].some((name) => name in node)) ||
          (node['type'] === 'array' && !('maxItems' in node)) ||
          (node['type'] === 'integer' && !['format', 'minimum', 'maximum'].every((name) => name in node))),
    );
    expect(unbounded).toEqual([]);
  });

  test('names whom to ask and where the API is', () => {
    expect((document['info'] as Node)['contact']).toMatchObject({
      email: expect.stringContaining('@') as string,
    });
    expect(document['servers']).toHaveLength(1);
  });

  test.each(operations)(
    '%s says what a client without credentials, and one that asks too often, is told',
    (_name, { responses }) => {
      expect(responses['401']?.headers).toHaveProperty('WWW-Authenticate');
      expect(responses['429']?.headers).toHaveProperty('Retry-After');
    },
  );

  test('says when to ask again for what is accepted, and names the record', () => {
    const { responses } = operation('POST /upload');
    expect(Object.keys(responses['202']?.headers ?? {})).toEqual(
      expect.arrayContaining(['Location', 'Retry-After']),
    );
    expect(responses['201']?.headers).toHaveProperty('Location');
  });

  test('lets a client erase with its key, and keeps what is for people for people', () => {
    expect(operation('DELETE /images/{id}').security).toEqual([{ apiKey: [] }]);
    expect(operation('DELETE /stewardship/images/{id}').security).toEqual([{ signatureVersion4: [] }]);
  });

  test('documents 413 and 415 where a body is sent', () => {
    for (const [name, { requestBody, responses }] of operations)
      expect([name, '415' in responses]).toEqual([name, requestBody !== undefined]);
    expect(operation('POST /upload').responses).toHaveProperty('413');
    expect(PROBLEMS['body-too-large'].status).toBe(413);
  });
});
