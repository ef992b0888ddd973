import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PolicyError, renderPolicy } from '../../lib/policies';

const ROOT = path.resolve(__dirname, '..', '..', 'policies');
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const explained = new Set([...readme.matchAll(/\*\*([A-Za-z0-9]+)\*\*/g)].map((match) => match[1] ?? ''));

const files = ['endpoints', 'perimeter', 'keys', 'identity'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder)).map((file) => `${folder}/${file}`),
);
const sidsOf = (file: string): string[] => {
  const { Statement } = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as {
    Statement: { Sid?: string }[];
  };
  return Statement.map(({ Sid }) => Sid ?? '(no Sid)');
};

describe('the README of the policies', () => {
  it.each(files)('explains every statement of %s', (file) => {
    expect(sidsOf(file).filter((sid) => !explained.has(sid))).toEqual([]);
  });
  it('explains nothing that is gone', () => {
    const existing = new Set(files.flatMap(sidsOf));
    expect([...explained].filter((sid) => !existing.has(sid))).toEqual([]);
  });
});

describe('a policy file', () => {
  const table = { Table: 'arn:t', DynamoDBEndpoint: 'vpce-1', OutsideRoles: ['arn:a', 'arn:b'] };
  it('Given all its values, then a list replaces the entry that it stands alone in', () => {
    expect(JSON.stringify(renderPolicy('perimeter/table', table))).toContain(
      '"aws:PrincipalArn":["arn:a","arn:b"]',
    );
  });
  it('Given a value is missing, then synth stops with its name', () => {
    const missing = { Table: 'arn:t', OutsideRoles: [] };
    expect(() => renderPolicy('perimeter/table', missing)).toThrow(PolicyError);
    expect(() => renderPolicy('perimeter/table', missing)).toThrow(/unknown value \$\{DynamoDBEndpoint\}/);
  });
  it('Given a value that it does not use, then synth stops: file and stack speak of different things', () => {
    expect(() => renderPolicy('perimeter/table', { ...table, Bucket: 'arn:x' })).toThrow(
      /does not use Bucket/,
    );
  });
  it('Given a list for a place inside a text, then synth stops', () => {
    expect(() => renderPolicy('perimeter/table', { ...table, Table: ['arn:1'] })).toThrow(/must stand alone/);
  });
});
