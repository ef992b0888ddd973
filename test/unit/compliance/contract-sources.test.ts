import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { GateError } from '../../../compliance/gate-error';
import { loadContracts } from '../../../compliance/rules/contracts/load';
import { FORMS } from '../../../compliance/rules/contracts/schema';

const SOURCE = {
  page: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  read: '2026-11-29',
  found: 'at this address',
  grade: 'documented',
  says: 'Who publishes needs the key of the topic.',
};
type Source = Record<string, unknown>;
const without = (field: keyof typeof SOURCE): Source =>
  Object.fromEntries(Object.entries(SOURCE).filter(([name]) => name !== field));

const directory = mkdtempSync(path.join(tmpdir(), 'contracts-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What the loader says of a directory whose one contract rests on this source; nothing when it is taken. */
function refusalOf(source: Source, more: Record<string, unknown> = {}): string | undefined {
  const contract = {
    id: 'one-edge',
    title: 'One service publishes to a topic',
    edges: [{ from: 'AWS::Events::Rule', at: 'Targets[].Arn', to: 'AWS::SNS::Topic' }],
    requests: [
      { for: 'run', caller: { role: '${source@RoleArn}' }, actions: ['sns:Publish'], on: '${target}' },
    ],
    sources: [source],
    ...more,
  };
  writeFileSync(path.join(directory, 'events.yaml'), stringify([contract]));
  for (const file of ['references', 'types-without-edges', 'plain-names'])
    writeFileSync(path.join(directory, `${file}.yaml`), '[]');
  try {
    loadContracts(directory);
    return undefined;
  } catch (error) {
    if (error instanceof GateError && error.code === 'DATA_INVALID') return error.message;
    throw error;
  }
}
const MEASURE = { measure: 'Raise one event and read in the trail what came with it.' };

describe('the source of a contract', () => {
  it('is taken when it says in what form it was found', () => {
    expect(refusalOf(SOURCE)).toBeUndefined();
    expect(refusalOf({ ...SOURCE, found: 'in an older copy', copyOf: 2023 })).toBeUndefined();
  });
  it.each<[what: string, source: Source, named: RegExp]>([
    ['says nothing of it', without('found'), /events\.yaml.*0\.sources\.0\.found/],
    [
      'says it in an unknown word',
      { ...SOURCE, found: 'somewhere' },
      /0\.sources\.0\.found.*at this address/,
    ],
    ['calls an older copy by no year', { ...SOURCE, found: 'in an older copy' }, /0\.sources\.0\.copyOf/],
    ['gives a year to a page of today', { ...SOURCE, copyOf: 2023 }, /0\.sources\.0\.copyOf/],
    ['quotes without saying whom', { ...SOURCE, found: 'by quotation' }, /0\.sources\.0\.quotedIn/],
    [
      'names a quotation for a page that was read',
      { ...SOURCE, quotedIn: 'https://example.com/' },
      /0\.sources\.0\.quotedIn/,
    ],
    ['has no day', without('read'), /0\.sources\.0\.read/],
    ['has no page', without('page'), /0\.sources\.0\.page/],
  ])('is refused when it %s', (_what, source, named) => {
    expect(refusalOf(source, MEASURE)).toMatch(named);
  });
  it('must be measured when nobody read it at its address', () => {
    const unread = { ...SOURCE, found: 'not read again' };
    expect(refusalOf(unread)).toMatch(/0\.measure: what nobody could read/);
    expect(refusalOf(unread, MEASURE)).toBeUndefined();
  });
  it('has a form in every contract of ours, and one of the known ones', () => {
    const found = loadContracts().contracts.flatMap(({ sources }) => sources.map((source) => source.found));
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter((form) => !FORMS.includes(form))).toEqual([]);
  });
});
