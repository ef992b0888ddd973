import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../../compliance/report/sha256';
import { writeSmallPack } from '../../support/small-pack';

let scratch: string;
let pack: string;
beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-links-'));
  ({ pack } = await writeSmallPack(scratch));
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const text = (file: string): string => readFileSync(path.join(pack, file), 'utf8');
const files = (): string[] =>
  readdirSync(pack, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(pack, path.join(entry.parentPath, entry.name)));
const unescape = (value: string): string => value.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
const anchorsOf = (page: string): Set<string> =>
  new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id));

test('every link of every page leads to a file of the pack and to a place in it, or to a public address', () => {
  const present = new Set(files());
  const anchors = new Map<string, Set<string>>();
  const pages = [...present].filter((file) => file.endsWith('.html'));
  const opened = pages.flatMap((page) =>
    [...text(page).matchAll(/\shref="([^"]*)"/g)].map(([, href = '']) => ({ page, href: unescape(href) })),
  );
  const broken = opened.filter(({ page, href }) => {
    if (/^(https:\/\/|data:)/.test(href)) return false;
    const [file = '', anchor] = href.split('#');
    const target = file === '' ? page : path.posix.join(path.posix.dirname(page), decodeURI(file));
    if (!present.has(target)) return true;
    if (anchor === undefined) return false;
    const known = anchors.get(target) ?? anchorsOf(text(target));
    anchors.set(target, known);
    return !known.has(anchor);
  });
  expect(broken).toEqual([]);
  expect(pages.length).toBeGreaterThan(2);
  expect(opened.length).toBeGreaterThan(100);
});

test('no page has one id twice', () => {
  for (const page of files().filter((file) => file.endsWith('.html'))) {
    const ids = [...text(page).matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id);
    expect([page, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([page, []]);
  }
});

test('what CSV and SARIF name as a template is in the pack', () => {
  const present = new Set(files());
  const named = [
    ...`${text('findings.csv')}${text('findings.sarif')}`.matchAll(/templates\/[\w.-]+?\.json/g),
  ];
  expect(named.length).toBeGreaterThan(5);
  expect(named.map(([file]) => file).filter((file) => !present.has(file))).toEqual([]);
});

describe('the OSCAL documents of a pack', () => {
  interface Results {
    readonly findings: {
      title: string;
      target: { status: { state: string; reason: string } };
      'related-observations': { 'observation-uuid': string }[];
      'related-risks'?: { 'risk-uuid': string }[];
    }[];
    readonly observations: {
      uuid: string;
      title: string;
      subjects?: { 'subject-uuid': string }[];
      'relevant-evidence': { href: string }[];
    }[];
    readonly risks?: { uuid: string; deadline: string }[];
    readonly 'local-definitions': {
      components: { status: { state: string } }[];
      'inventory-items': { uuid: string }[];
    };
  }
  interface Resource {
    readonly uuid: string;
    readonly rlinks: { href: string; hashes?: { value: string }[] }[];
  }
  const assessmentResults = () =>
    (
      JSON.parse(text('oscal/assessment-results.json')) as {
        'assessment-results': { results: Results[]; 'back-matter': { resources: Resource[] } };
      }
    )['assessment-results'];
  const results = (): Results => {
    const [first] = assessmentResults().results;
    if (first === undefined) throw new Error('no result');
    return first;
  };

  test('each document imports the one before by a name in the pack', () => {
    const hrefs = files()
      .filter((file) => file.startsWith('oscal/'))
      .flatMap((file) => [
        ...text(file).matchAll(/"(?:import-\w+|imports)":\s*\[?\s*\{\s*"href": "([^"]+)"/g),
      ])
      .map(([, href = '']) => href);
    expect(hrefs.sort()).toEqual([
      'assessment-plan.json',
      'catalog.json',
      'catalog.json',
      'fedramp-profile.json',
      'profile.json',
      'system-security-plan.json',
      'system-security-plan.json',
    ]);
    for (const href of hrefs) expect(files()).toContain(`oscal/${href}`);
  });

  test('every finding rests on observations, and every observation serves a finding', () => {
    const { findings, observations } = results();
    const known = new Set(observations.map(({ uuid }) => uuid));
    const used = new Set(
      findings.flatMap((finding) => finding['related-observations'].map((one) => one['observation-uuid'])),
    );
    expect(findings.filter((finding) => finding['related-observations'].length === 0)).toEqual([]);
    expect([...used].filter((uuid) => !known.has(uuid))).toEqual([]);
    expect([...known].filter((uuid) => !used.has(uuid))).toEqual([]);
    expect(observations.length).toBeGreaterThan(5);
  });

  test('only what is evidenced in full is satisfied, and an exception names its risk and deadline', () => {
    const states = new Map(
      (
        JSON.parse(text('evidence.json')) as {
          requirements: { framework: string; id: string; state: string }[];
        }
      ).requirements.map(({ framework, id, state }) => [`${framework}:${id}`, state]),
    );
    const { findings, risks = [] } = results();
    for (const { title, target } of findings) {
      expect([title, target.status.state === 'satisfied']).toEqual([title, states.get(title) === 'full']);
    }
    const known = new Set(risks.map(({ uuid }) => uuid));
    const named = findings
      .flatMap((finding) => finding['related-risks'] ?? [])
      .map((risk) => risk['risk-uuid']);
    expect(named.filter((uuid) => !known.has(uuid))).toEqual([]);
    for (const { deadline } of risks) expect(deadline).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test('subjects are resources, evidence is a file of the pack with its sum, and nothing is called operational', () => {
    const { observations, 'local-definitions': local } = results();
    const items = new Set(local['inventory-items'].map(({ uuid }) => uuid));
    for (const { subjects = [] } of observations) {
      expect(subjects.filter((subject) => !items.has(subject['subject-uuid']))).toEqual([]);
    }
    expect(local.components.filter(({ status }) => status.state === 'operational')).toEqual([]);
    const { resources } = assessmentResults()['back-matter'];
    const cited = new Set(observations.flatMap((one) => one['relevant-evidence'].map(({ href }) => href)));
    expect(cited.size).toBeGreaterThan(0);
    for (const href of cited) {
      const [link] = resources.find(({ uuid }) => `#${uuid}` === href)?.rlinks ?? [];
      const file = path.posix.join('oscal', link?.href ?? '');
      expect([file, sha256(readFileSync(path.join(pack, file)))]).toEqual([file, link?.hashes?.[0]?.value]);
    }
  });

  test('UUIDs are of the stage: another stage has none in common', async () => {
    const other = mkdtempSync(path.join(scratch, 'staging-'));
    const { pack: staging } = await writeSmallPack(other, (evaluation) => ({
      ...evaluation,
      stage: 'staging',
    }));
    const uuids = (root: string): Set<string> =>
      new Set(
        [
          ...readFileSync(path.join(root, 'oscal/assessment-results.json'), 'utf8').matchAll(
            /[0-9a-f]{8}-[0-9a-f-]{27}/g,
          ),
        ].map(([uuid]) => uuid),
      );
    const [ours, theirs] = [uuids(pack), uuids(staging)];
    // The organisation is the same in every stage.
    expect([...ours].filter((uuid) => theirs.has(uuid))).toHaveLength(1);
  }, 60_000);
});
