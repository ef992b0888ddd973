import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadAssembly } from '../../../compliance/assembly/assembly';
import { readInput } from '../../../compliance/assembly/read-input';

type Resources = Readonly<Record<string, string | undefined>>;

/** An assembly of one stack a name, whose resources say which construct they are; what stands beside a template says otherwise. */
function assemblyOf(
  stacks: Readonly<Record<string, Resources>>,
  beside: Readonly<Record<string, string>> = {},
) {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'serverlessapp-paths-')), 'cdk.out');
  mkdirSync(folder, { recursive: true });
  const write = (file: string, content: unknown): void => {
    writeFileSync(path.join(folder, file), JSON.stringify(content));
  };
  const artifacts = Object.entries(stacks).map(([name, resources]) => {
    write(`${name}.template.json`, {
      Resources: Object.fromEntries(
        Object.entries(resources).map(([id, constructPath]) => [
          id,
          {
            Type: 'AWS::SNS::Topic',
            ...(constructPath === undefined ? {} : { Metadata: { 'aws:cdk:path': constructPath } }),
          },
        ]),
      ),
    });
    write(
      `${name}.metadata.json`,
      Object.fromEntries(
        Object.entries(beside).map(([constructPath, id]) => [
          constructPath,
          [{ type: 'aws:cdk:logicalId', data: id }],
        ]),
      ),
    );
    const properties = { templateFile: `${name}.template.json`, stackName: name };
    const type = 'aws:cloudformation:stack';
    return [
      name,
      { type, displayName: `App/${name}`, properties, additionalMetadataFile: `${name}.metadata.json` },
    ];
  });
  write('manifest.json', { version: '55.0.0', artifacts: Object.fromEntries(artifacts) as unknown });
  return loadAssembly(folder, folder);
}
const pathsOf = ({ stacks }: ReturnType<typeof assemblyOf>) =>
  stacks.flatMap(({ resources }) =>
    resources.map(({ logicalId, constructPath }) => [logicalId, constructPath]),
  );

describe('the path by which an exception knows a resource', () => {
  it('is the one that the template says, whatever stands beside it', () => {
    const assembly = assemblyOf(
      { one: { A: 'App/one/A/Resource', B: 'App/one/B/Resource' } },
      { '/App/one/A/Resource': 'B', 'App/one/B/Resource': 'A' },
    );
    expect(pathsOf(assembly)).toEqual([
      ['A', 'App/one/A/Resource'],
      ['B', 'App/one/B/Resource'],
    ]);
    expect(assembly.notRead).toEqual([]);
  });
  it('is the one beside the template where that says none', () => {
    expect(pathsOf(assemblyOf({ one: { A: undefined } }, { '/App/one/A/Resource': 'A' }))).toEqual([
      ['A', 'App/one/A/Resource'],
    ]);
  });
  it.each([
    ['in one stack', { one: { A: 'App/one/A', B: 'App/one/A' } }, 'B', /both called App\/one\/A/],
    [
      'of another stack',
      { one: { A: 'App/one/A' }, two: { B: 'App/one/A' } },
      'B',
      /both called App\/one\/A/,
    ],
    [
      'of a stack that does not have it',
      { one: { A: 'App/one/A' }, two: { B: 'App/one/B' } },
      'B',
      /no construct of the stack App\/two/,
    ],
    ['that begins alike', { one: { A: 'App/one-more/A' } }, 'A', /no construct of the stack App\/one/],
  ])(
    'is told when it is that of another resource %s',
    (_which, stacks: Record<string, Resources>, id, why) => {
      const told = [expect.objectContaining({ resource: id, why: expect.stringMatching(why) as string })];
      const { directory, notRead } = assemblyOf(stacks);
      expect(notRead).toEqual(told);
      // Where the assembly is one of several things in a directory, too.
      expect(readInput(path.dirname(directory), directory).notRead).toEqual(told);
    },
  );
});
