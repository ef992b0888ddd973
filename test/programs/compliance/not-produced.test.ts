import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadNarratives } from '../../../compliance/controls/narratives';
import { referenceOf } from '../../../compliance/controls/requirement-id';
import type { RequirementResult } from '../../../compliance/controls/requirements';
import type { Evidence } from '../../../compliance/report/evidence';
import { controlId, identifiersOf } from '../../../compliance/report/oscal/identifiers';
import { observationsOf } from '../../../compliance/report/oscal/observations';
import { packFiles } from '../../../compliance/report/write-pack';
import type { VerdictRow } from '../../../compliance/verdict-row';
import { csvRows } from '../../support/pack-tables';
import { evidenceOf, evaluateSmallApplication, testResult } from '../../support/small-pack';

/**
 * A pack in which every rule that narratives cite is compliant, and no test ran: what a requirement is said to be must not
 * rest on tests that nobody ran, and every document has to say so of itself.
 */
const cited = loadNarratives().flatMap(({ evidence }) => evidence);
const rows = cited.flatMap((source): VerdictRow[] =>
  'engine' in source
    ? [
        {
          ...{ engine: source.engine, rule: source.rule, title: 'A title.', verdict: 'compliant' },
          ...{ resource: 'Pictures', controls: [], strength: 'property', severity: 'error', message: '' },
        },
      ]
    : [],
);
const tests = [...new Set(cited.flatMap((source) => ('test' in source ? [source.test] : [])))];

let scratch: string;
let without: Evidence;
let all: Evidence;
let files: ReturnType<typeof packFiles>;
beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-not-produced-'));
  const evaluation = { ...evaluateSmallApplication(scratch), rows };
  without = await evidenceOf(evaluation);
  all = await evidenceOf(
    evaluation,
    tests.map((file) => testResult(file, 'passed')),
  );
  files = packFiles(without, evaluation.assembly, []);
}, 60_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const json = (file: string): unknown => JSON.parse(String(files.get(file)));
const missingOf = ({ parts }: RequirementResult): string[] => [
  ...new Set(parts.flatMap(({ missing }) => missing)),
];
/** Those that something here bears on, and for which something was not produced. */
const lacking = (): RequirementResult[] =>
  without.requirements.filter((one) => one.state !== 'not assessed' && missingOf(one).length > 0);

test('with all tests some requirements are evidenced in full; without, none that cites one', () => {
  const full = ({ requirements }: Evidence): RequirementResult[] =>
    requirements.filter(({ state }) => state === 'full');
  expect(full(all).length).toBeGreaterThan(5);
  expect(full(without).filter((one) => missingOf(one).length > 0 && one.parts.length === 1)).toEqual([]);
  expect(full(without).length).toBeLessThan(full(all).length);
  const held = new Map(all.requirements.map((one) => [referenceOf(one), one]));
  const lowered = lacking().filter((one) => held.get(referenceOf(one))?.state === 'full');
  expect(lowered.length).toBeGreaterThan(0);
  for (const one of lowered) {
    expect([referenceOf(one), one.state]).toEqual([referenceOf(one), 'partial']);
    // Nobody else came to hold what only was not run.
    expect(one.holders).toEqual(held.get(referenceOf(one))?.holders);
  }
});

test('the CSV names in each line what was cited and not produced', () => {
  const lines = new Map(csvRows(String(files.get('controls.csv'))).map((cells) => [cells[1], cells]));
  expect(lines.get('requirement')?.[5]).toBe('cited and not produced');
  expect(lacking().length).toBeGreaterThan(50);
  for (const one of lacking())
    expect([referenceOf(one), lines.get(referenceOf(one))?.[5]]).toEqual([
      referenceOf(one),
      missingOf(one).sort().join(' '),
    ]);
});

test('the page says it in each line, and the page of the framework names each piece', () => {
  const page = String(files.get('index.html'));
  for (const one of lacking()) {
    const anchor = `r-${`${one.framework}-${one.id}`.replace(/[^A-Za-z0-9.]+/g, '-').replace(/-$/, '')}`;
    const line = page.slice(page.indexOf(`id="${anchor}"`)).split('</tr>')[0] ?? '';
    expect([referenceOf(one), line.includes('Not produced in this pack:')]).toEqual([referenceOf(one), true]);
    const own = String(files.get(`frameworks/${one.framework}.html`));
    const article = own.slice(own.indexOf(`id="${anchor}"`)).split('</article>')[0] ?? '';
    expect([referenceOf(one), missingOf(one).filter((source) => !article.includes(source))]).toEqual([
      referenceOf(one),
      [],
    ]);
  }
});

test('OSCAL calls reading a template EXAMINE, and TEST only what ran', () => {
  const methodsOf = (evidence: Evidence): Map<string, Set<string>> => {
    const methods = new Map<string, Set<string>>();
    for (const { content } of observationsOf(
      evidence,
      evidence.requirements,
      identifiersOf(evidence.identity),
    )) {
      const { title, methods: own } = content as { title: string; methods: string[] };
      const kind = tests.includes(title) ? 'test' : 'rule';
      methods.set(kind, new Set([...(methods.get(kind) ?? []), ...own]));
    }
    return methods;
  };
  expect(methodsOf(without)).toEqual(new Map([['rule', new Set(['EXAMINE'])]]));
  expect(methodsOf(all).get('test')).toEqual(new Set(['TEST']));
});

test('OSCAL says it in findings, in both plans and in the component definition', () => {
  interface Remarks {
    readonly remarks?: string;
    readonly props?: readonly { readonly name: string; readonly value: string }[];
  }
  const results = json('oscal/assessment-results.json') as {
    'assessment-results': {
      results: { findings: (Remarks & { title: string; target: { status: Remarks } })[] }[];
    };
  };
  const findings = new Map(
    results['assessment-results'].results[0]?.findings.map((finding) => [finding.title, finding]),
  );
  type Plan = {
    'system-security-plan': {
      'control-implementation': {
        'implemented-requirements': (Remarks & { 'control-id': string })[];
      };
    };
  };
  const plan = (file: string): Map<string, string> =>
    new Map(
      (json(file) as Plan)['system-security-plan']['control-implementation']['implemented-requirements'].map(
        (one) => [one['control-id'], one.remarks ?? ''],
      ),
    );
  const [chain, fedramp] = [
    plan('oscal/system-security-plan.json'),
    plan('oscal/fedramp-system-security-plan.json'),
  ];
  const definition = String(files.get('oscal/component-definition.json'));
  let inBaseline = 0;
  for (const one of lacking()) {
    const reference = referenceOf(one);
    const id = controlId(one.framework, one.id);
    const said = `Cited and not produced in this pack: ${missingOf(one).sort().join(', ')}.`;
    const finding = findings.get(reference);
    expect(finding?.props?.filter(({ name }) => name === 'not-produced').map(({ value }) => value)).toEqual(
      missingOf(one).sort(),
    );
    expect(finding?.target.status.remarks).toContain(said);
    expect(chain.get(id)).toContain(said);
    expect(definition).toContain(said);
    if (one.framework !== 'NIST-800-53-R5' || !fedramp.has(id)) continue;
    inBaseline += 1;
    expect(fedramp.get(id)).toContain(said);
  }
  expect(inBaseline).toBeGreaterThan(10);
});
