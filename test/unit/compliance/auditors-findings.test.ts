import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeResult, summaryTable } from '../../../compliance/cli/terminal';
import { loadCatalogues } from '../../../compliance/controls/catalogues';
import { evaluateNarratives } from '../../../compliance/controls/evaluate-narratives';
import { loadNarratives } from '../../../compliance/controls/narratives';
import { canonicalReference, referenceOf } from '../../../compliance/controls/requirement-id';
import { evaluateRequirements } from '../../../compliance/controls/requirements';
import { loadResponsibilities } from '../../../compliance/controls/responsibilities';
import { readTestResults } from '../../../compliance/controls/test-results';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import type { Evidence } from '../../../compliance/report/evidence';
import { figuresOf, evaluatedAsAllOnly } from '../../../compliance/report/figures';
import { leftOut, verdict } from '../../../compliance/report/html/lead';
import { packFiles } from '../../../compliance/report/write-pack';
import { selfTestCases } from '../../../compliance/self-test/keep-outcome';
import type { EngineName, VerdictRow } from '../../../compliance/verdict-row';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { keepResult } from '../../../tools/testing/junit';
import { readSources } from '../../../tools/testing/source-digest';
import { csvRows } from '../../support/pack-tables';
import { evidenceOf, evaluateSmallApplication, testResult } from '../../support/small-pack';

/**
 * What an auditor found wrong with the pack, each with what would find it again. Other finds of the same auditor are held
 * where their code is: ids and planted findings in `controls.test.ts`, links and OSCAL in `pack-links.test.ts`.
 */
const ROW: VerdictRow = {
  engine: 'template-checks',
  rule: 'own-key',
  title: 'A title.',
  verdict: 'compliant',
  stack: 'one',
  resource: 'Pictures',
  controls: [],
  strength: 'property',
  severity: 'error',
  message: '',
};
const narratives = loadNarratives();

describe('wrong mappings', () => {
  const claimsOf = (reference: string): string[] =>
    narratives.flatMap(({ id, requirements }) => {
      const [framework = '', one = ''] = reference.split(/:(.*)/s);
      const claim = (requirements as Record<string, Record<string, readonly [string, string]>>)[framework]?.[
        one
      ];
      return claim === undefined ? [] : [`${id} ${claim[0]}`];
    });

  test.each([
    ...['6.5.5', '1.2.8', '3.6.1.2', '3.7.6', '10.7.1'].map((id) => `PCI-DSS-4.0.1:${id}`),
    ...['164.308(a)(3)(ii)(B)', '164.308(a)(4)(ii)(A)'].map((id) => `HIPAA:${id}`),
    'GDPR:Article 30',
    ...[
      ...['AU-6(6)', 'AU-14(3)', 'SC-7(25)', 'SC-7(26)', 'SC-8(5)', 'SC-12(6)', 'SC-28(2)', 'SC-22', 'MP-2'],
      ...['PM-14', 'AC-3(1)', 'AC-3(3)', 'AC-3(13)', 'SC-7(2)', 'CP-1', 'CP-1(2)', 'SA-1', 'SA-1(1)', 'SI-1'],
      ...['SI-1(1)', 'CA-2(2)', 'SI-5(1)'],
    ].map((id) => `NIST-800-53-R5:${id}`),
  ])('%s is claimed by nothing', (reference) => expect(claimsOf(reference)).toEqual([]));

  test('SI-2 is claimed by known vulnerabilities of bundled packages alone, and as a contribution', () =>
    expect(claimsOf('NIST-800-53-R5:SI-2')).toEqual(['SUP-02 contributes']));

  test.each([
    ...['7.3.2', '7.3.3', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7'],
    ...['10.3.1', '10.4.1', '2.2.7', '8.4.1'],
  ])('PCI DSS %s, which something here can support, is claimed', (id) =>
    expect(claimsOf(`PCI-DSS-4.0.1:${id}`)).not.toEqual([]),
  );

  test.each([
    'HIPAA:164.312(a)(2)(i)',
    'HIPAA:164.312(a)(2)(ii)',
    'HIPAA:164.308(a)(5)(ii)(C)',
    'HIPAA:164.308(a)(8)',
    'SOC2:PI1.2',
    'SOC2:PI1.5',
    'SOC2:CC7.5',
    'NIST-800-53-R5:IA-2',
  ])('%s, which something here can support, is claimed', (reference) =>
    expect(claimsOf(reference)).not.toEqual([]),
  );
});

describe('the narratives of controls', () => {
  const OURS: readonly EngineName[] = [
    ...(['template-checks', 'template-scope', 'exceptions-register', 'service-contracts'] as const),
    ...([
      'proof-network',
      'proof-iam',
      'proof-exposure',
      'proof-release',
      'proof-deployer',
      'proof-attack',
      'proof-signals',
    ] as const),
  ];

  test('cite every rule of our own', () => {
    const pins = loadPinnedRules();
    const cited = new Set(
      narratives.flatMap(({ evidence }) =>
        evidence.flatMap((one) => ('engine' in one ? [`${one.engine}: ${one.rule}`] : [])),
      ),
    );
    const missing = OURS.flatMap((engine) =>
      (pins[engine]?.rules ?? []).map((rule) => `${engine}: ${rule}`).filter((rule) => !cited.has(rule)),
    );
    expect(OURS.every((engine) => (pins[engine]?.rules.length ?? 0) > 0)).toBe(true);
    expect(missing).toEqual([]);
  });

  // The claims that went further than their evidence, and what each now cites for it.
  test.each([
    ['ENC-02', 'required-alarms'],
    ['PRI-03', 'test/integration/system.test.ts'],
    ['CHG-06', 'self-test'],
    ['LOG-01', 'evidence-locked'],
    ['MON-01', 'alarm-tells'],
    ['REL-02', 'backup-plan'],
    ['SEC-02', 'secrets-rotate'],
    ['NET-05', 'vpc-default-security-group-closed'],
    ['CHG-01', 'test/security/release-gate.test.ts'],
    ['IAM-06', 'iam-statements-reviewed'],
  ])('%s cites %s', (id, cited) => {
    const sources = narratives
      .find((one) => one.id === id)
      ?.evidence.map((one) => ('engine' in one ? one.rule : 'test' in one ? one.test : one.configRule));
    expect(sources).toContain(cited);
  });

  test('about the tests alone are supported when all of them ran and passed, and say so when not', () => {
    const [first] = narratives;
    if (first === undefined) throw new Error('no narratives');
    const own = { ...first, evidence: [{ test: 'self-test' }] };
    const evaluated = (tests: Parameters<typeof evaluateNarratives>[1]['tests']) =>
      evaluateNarratives([own], { rows: [], tests, configRules: [], resources: [] })[0];
    expect(evaluated([])).toMatchObject({ state: 'not assessed', missing: ['self-test'] });
    expect(evaluated([testResult('self-test', 'passed')])).toMatchObject({
      state: 'supported',
      population: { others: { 'test cases': 1 } },
    });
    expect(evaluated([testResult('self-test', 'failed')])?.state).toBe('findings');
  });

  test('cited for everything at once say how much that was', () => {
    const [first] = narratives;
    if (first === undefined) throw new Error('no narratives');
    const own = { ...first, evidence: [{ engine: 'template-scope' as const, rule: 'all' }] };
    const whole = { ...ROW, engine: 'template-scope' as const, rule: 'all' };
    const said = (message: string, more: Partial<VerdictRow> = {}) =>
      evaluateNarratives([own], {
        rows: [{ ...whole, ...more, message }],
        tests: [],
        configRules: [],
        resources: [],
      })[0]?.evidence[0]?.says;
    expect(said('1074 resources, each evaluated.')).toEqual(['1074 resources, each evaluated.']);
    expect(said('as it should be')).toEqual([]);
    expect(said('7 days', { resourceType: 'AWS::KMS::Key' })).toEqual([]);
  });

  test('a result of other sources than those that are evaluated does not exist for the pack', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-results-'));
    try {
      const sources = readSources(PROJECT_ROOT);
      const suite = { suite: 'unit', started: new Date(0), cases: [] };
      keepResult({ ...suite, ...sources, name: 'test/unit/a.test.ts' }, directory);
      keepResult({ ...suite, ...sources, digest: 'f'.repeat(64), name: 'test/unit/b.test.ts' }, directory);
      const taken = readTestResults(PROJECT_ROOT, directory);
      expect(taken.map(({ file, commit }) => [file, commit])).toEqual([
        ['test/unit/a.test.ts', sources.commit],
      ]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('a mutant that survives is a failed case of the self-test', () =>
    expect(
      selfTestCases([
        { name: 'a', kind: 'k', catches: [{ catcher: 'proof-iam', rule: 'iam-boundary', message: '' }] },
        { name: 'b', kind: 'k', catches: [] },
      ]).map(({ name, outcome }) => [name, outcome]),
    ).toEqual([
      ['a: caught by proof-iam, iam-boundary', 'passed'],
      ['b', 'failed'],
    ]));
});

test('a passing row supports nothing that no narrative claims, in any spelling of any framework', () => {
  const requirements = loadCatalogues().flatMap((catalogue) => catalogue.requirements);
  const spellings = [
    'SOC2:cc_6_1',
    'GDPR:article_32',
    'PCI-4.0:3.5.1',
    'HIPAA:164_312_b',
    'NIST-800-53-R5:AU-9a',
  ];
  const evaluated = new Map(
    evaluateRequirements(requirements, [], [{ ...ROW, controls: spellings }], loadResponsibilities()).map(
      (one) => [referenceOf(one), one],
    ),
  );
  for (const spelling of spellings) {
    const canonical = canonicalReference(spelling) ?? '';
    expect([canonical, evaluated.get(canonical)?.compliant]).toEqual([canonical, 1]);
    expect(evaluated.get(canonical)?.state).toBe('not assessed');
  }
});

describe('headline figures', () => {
  const nag = (pack: string, rule: string): VerdictRow => ({
    ...ROW,
    engine: 'cdk-nag',
    rule: `${pack}::${pack}-${rule}`,
  });

  test('count a check that several packs share once, and say how many speak of tags and names only', () =>
    expect(
      figuresOf([
        nag('HIPAA.Security', 'S3BucketLoggingEnabled'),
        nag('NIST.800.53.R5', 'S3BucketLoggingEnabled'),
        nag('PCI.DSS.321', 'S3BucketLoggingEnabled'),
        nag('ServerlessApp', 'RequiredTags'),
        ROW,
      ]),
    ).toEqual({ passed: 5, passedDistinct: 3, passedSameForAll: 1, rules: 3 }));

  test('a resource that only rules for every resource evaluated is named', () => {
    const resource = { logicalId: 'Pictures', type: 'AWS::S3::Bucket' };
    const assembly = { stacks: [{ name: 'one', resources: [resource] }] } as unknown as Parameters<
      typeof evaluatedAsAllOnly
    >[0];
    const tags = { ...ROW, rule: 'tags' };
    expect(evaluatedAsAllOnly(assembly, [tags])).toHaveLength(1);
    const ofAll = [
      { ...ROW, engine: 'proof-deployer' as const, rule: 'deployer-handlers-may' },
      { ...ROW, engine: 'proof-exposure' as const, rule: 'exposure-literal-secret' },
    ];
    expect(evaluatedAsAllOnly(assembly, ofAll)).toHaveLength(1);
    expect(evaluatedAsAllOnly(assembly, [tags, ROW])).toEqual([]);
  });
});

describe('a check that did not run', () => {
  let scratch: string;
  let files: ReturnType<typeof packFiles>;
  let evidence: Evidence;
  const text = (file: string): string => String(files.get(file));
  beforeAll(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-silent-'));
    const evaluation = evaluateSmallApplication(scratch);
    evidence = await evidenceOf({
      ...evaluation,
      results: [
        ...evaluation.results,
        {
          engine: 'dependency-audit',
          version: '1',
          rows: [],
          rulesRun: ['dependency-audit'],
          failures: [],
          notAssessed: ['The registry could not be asked.'],
        },
      ],
      notAssessed: ['The registry could not be asked.'],
    });
    files = packFiles(evidence, evaluation.assembly, []);
  }, 60_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('no title of a public pack that names a mistake reads as if the mistake were asked for', () => {
    const { rows } = JSON.parse(text('evidence.json')) as { rows: VerdictRow[] };
    const theirs = rows.filter(
      ({ engine, rule }) => engine === 'cdk-nag' && /^(NIST|HIPAA|AwsSol)/.test(rule),
    );
    expect(theirs.length).toBeGreaterThan(10);
    expect(theirs.filter(({ title }) => !title.startsWith('Non-compliant if: '))).toEqual([]);
  });

  test('takes from "supported throughout" the controls whose tests did not run, and names those with findings', () => {
    const [first] = evidence.narratives;
    if (first === undefined) throw new Error('no narratives');
    const claimed = (...told: Partial<typeof first>[]): string =>
      verdict({ ...evidence, narratives: told.map((one) => ({ ...first, ...one })) }).text.replaceAll(
        /\s+/g,
        ' ',
      );
    const whole = { id: 'ENC-01', state: 'supported', missing: [] } as const;
    expect(claimed(whole)).toContain('1 supported throughout,');
    const lacking = { ...whole, id: 'ENC-02', state: 'supported in part' } as const;
    expect(claimed(whole, lacking)).toContain(
      '1 supported throughout, 1 in part (evidence that they cite was not produced),',
    );
    const found = { ...whole, id: 'IAM-08', state: 'findings' } as const;
    expect(claimed(found)).toContain('1 with open findings (<a href="#IAM-08">IAM-08</a>)');
    expect(claimed(...Array.from({ length: 6 }, () => found))).toContain('6 with open findings,');
  });

  test('of an excepted control is told, too: an exception covers findings, not evidence that was not produced', () => {
    const [first] = evidence.narratives;
    if (first === undefined) throw new Error('no narratives');
    const one = { ...first, state: 'excepted', missing: ['test/security/keys.test.ts'] } as const;
    const told = (missing: readonly string[]): string =>
      verdict({ ...evidence, narratives: [{ ...one, missing }] }).text.replaceAll(/\s+/g, ' ');
    expect(told(one.missing)).toContain('1 with exceptions (1 of them without evidence that they cite),');
    expect(told([])).toContain('1 with exceptions, 0 with open');
  });

  test('a test that failed or was skipped stands on the first screen, cited by a control or not', () => {
    const failed = { ...testResult('test/unit/a.test.ts', 'failed'), skipped: 2 };
    const text = leftOut({ ...evidence, tests: [failed] }).text.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/Failed:<\/strong> 1 case of <a href="tests\/[^"]+"><code>test\/unit\/a\.test\.ts/);
    expect(text).toContain('Skipped:</strong> 2 cases');
    expect(leftOut({ ...evidence, tests: [] }).text).not.toMatch(/Failed:|Skipped:/);
  });

  test('evidence that was not produced is called neither seen nor proven', () => {
    const page = text('index.html').replaceAll(/\s+/g, ' ');
    expect(page).toContain(
      '<code>dependency-audit: dependency-audit</code> — <strong>did not run in this pack',
    );
    expect(page).not.toMatch(/ 0 compliant \((property seen|behaviour proven)/);
  });

  test('does not keep a link from its place: no page scrolls slowly over all that lies between', () => {
    expect([...files.keys()].filter((file) => text(file).includes('scroll-behavior'))).toEqual([]);
  });

  test('of a whole requirement is told apart from the state of the control that is read', () => {
    expect(text('index.html')).toContain('the state of the whole requirement');
  });

  test('stands first among what the result leaves out', () => {
    const [, list = ''] =
      /What this leaves out:<\/strong><\/p>\s*<ul>\s*<li>(.*?)<\/li>/s.exec(text('index.html')) ?? [];
    expect(list).toContain('Did not run:');
    expect(list).toContain('dependency-audit');
  });

  test('is told as one in the terminal, with no rules, as in the pack', () => {
    const evaluation = evaluateSmallApplication(mkdtempSync(path.join(scratch, 'terminal-')));
    const [silent] = evaluation.results;
    if (silent === undefined) throw new Error('no results');
    const results = [...evaluation.results, { ...silent, engine: 'dependency-audit' as const, rows: [] }];
    const lines = summaryTable({ ...evaluation, results }).split('\n');
    expect(lines.filter((line) => line.endsWith('did not run'))).toEqual([
      expect.stringMatching(/^dependency-audit +0 +0 +0 +0 +0 /),
    ]);
    expect(describeResult({ ...evaluation, results }, 1)).toMatch(
      /^Result: findings \(exit code 1\): [1-9]\d* findings, .*, did not run: .*\bdependency-audit$/,
    );
    expect(describeResult({ rows: [], results: [] }, 2)).toBe(
      'Result: the gate could not evaluate (exit code 2): 0 findings, 0 excepted by the register, each with its reason',
    );
  });

  test('has run no rules by the pack’s word, and no run in SARIF that would close its alerts', () => {
    const { identity } = JSON.parse(text('evidence.json')) as {
      identity: { tools: { engine: string; rules: number }[] };
    };
    expect(identity.tools.find(({ engine }) => engine === 'dependency-audit')?.rules).toBe(0);
    const { runs } = JSON.parse(text('findings.sarif')) as { runs: { tool: { driver: { name: string } } }[] };
    expect(runs.filter(({ tool }) => tool.driver.name.includes('dependency-audit'))).toEqual([]);
    expect(runs.length).toBeGreaterThan(0);
  });

  test('a requirement that is not met says by what, before the long table', () => {
    const articles = text('frameworks/NIST-800-53-R5.html').split('<article').slice(1);
    const unmet = articles.filter((one) => /class="badge[^>]*>not met</.test(one));
    expect(unmet.length).toBeGreaterThan(0);
    expect(unmet.filter((one) => !/<dt>Open<\/dt>\s*<dd>\s*\d+ by\s/.test(one))).toEqual([]);
  });

  test('leaves what is claimed with its claim and what is missing, not with somebody else', () => {
    const page = text('frameworks/PCI-DSS-4.0.1.html');
    const [claimed = '', others = ''] = page.split('What this application does not claim');
    const own = claimed.split('id="r-PCI-DSS-4.0.1-6.3.3"')[1]?.split('</article>')[0] ?? '';
    expect(own).toContain('SUP-02');
    expect(own).toContain('Cited, and not produced in this pack:');
    expect(own).toContain('dependency-audit: dependency-audit (SUP-02)');
    expect(others).not.toContain('id="r-PCI-DSS-4.0.1-6.3.3"');
    expect(text('index.html')).toMatch(/Not shown:<\/strong>\s*\d+ requirements? that controls\s+claim/);
  });

  test('leaves its requirement not assessed', () => {
    const states = new Map(csvRows(text('controls.csv')).map((cells) => [cells[1], cells[3]]));
    expect(states.get('PCI-DSS-4.0.1:6.3.3')).toBe('not assessed');
  });

  test('CSV begins with a byte order mark, and no id stands alone that a spreadsheet takes for a date', () => {
    for (const file of ['controls.csv', 'findings.csv']) {
      expect(text(file).startsWith('\uFEFF')).toBe(true);
      const alone = csvRows(text(file))
        .flat()
        .filter((cell) => /^\d{1,2}[./-]\d{1,2}([./-]\d{1,4})?$/.test(cell));
      expect([file, alone]).toEqual([file, []]);
    }
  });

  test('SARIF tells of the run, where help is and how severe a rule is; no two findings share a fingerprint', () => {
    interface Run {
      readonly invocations: { executionSuccessful: boolean }[];
      readonly tool: {
        driver: { rules: { id: string; helpUri?: string; properties: Record<string, unknown> }[] };
      };
      readonly results: { partialFingerprints: { primaryLocationLineHash: string } }[];
    }
    const { runs } = JSON.parse(text('findings.sarif')) as { runs: Run[] };
    const rules = runs.flatMap(({ tool }) => tool.driver.rules);
    const explained = rules.filter(({ helpUri }) => helpUri !== undefined).map(({ id }) => id);
    expect(explained.length).toBeGreaterThan(10);
    expect(explained.filter((id) => id.startsWith('ServerlessApp::'))).toEqual([]);
    for (const { invocations, tool, results } of runs) {
      expect(invocations).toHaveLength(1);
      for (const { properties } of tool.driver.rules) {
        expect(properties['security-severity']).toMatch(/^\d+\.\d$/);
        expect(properties['tags']).toContain('security');
      }
      const prints = results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
      expect(new Set(prints).size).toBe(prints.length);
    }
  });
});
