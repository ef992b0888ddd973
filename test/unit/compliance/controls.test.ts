import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CHECKS, SET_CHECKS } from '../../../compliance/rules/checks/run-checks';
import {
  loadBaselines,
  loadCatalogues,
  requirementsByReference,
} from '../../../compliance/controls/catalogues';
import { evaluateNarratives } from '../../../compliance/controls/evaluate-narratives';
import { loadNarratives } from '../../../compliance/controls/narratives';
import {
  type Framework,
  FRAMEWORKS,
  parseReference,
  referenceOf,
} from '../../../compliance/controls/requirement-id';
import { evaluateRequirements } from '../../../compliance/controls/requirements';
import { loadVendorTags, resolveReferences } from '../../../compliance/controls/resolve-references';
import { loadResponsibilities } from '../../../compliance/controls/responsibilities';
import { narrativeProblems } from '../../../compliance/controls/validate-controls';
import { STACK_RULES } from '../../../compliance/deployed/evaluate-stacks';
import { LIVE_CHECKS } from '../../../compliance/deployed/live/checks';
import { ASPECTS } from '../../../compliance/deployed/readers/aspects';
import { evaluate } from '../../../compliance/gate';
import { SECRET_CONTROLS } from '../../../compliance/engines/checkov-secrets';
import { AUDIT_CONTROLS } from '../../../compliance/engines/dependency-audit';
import { loadGuardRules } from '../../../compliance/engines/guard-rules';
import { LICENSE_CONTROLS } from '../../../compliance/engines/license-check';
import { SCOPE_CONTROLS } from '../../../compliance/engines/template-scope';
import { loadPinnedRules } from '../../../compliance/pinned-rules';
import { CONTRACT_RULES } from '../../../compliance/rules/contracts/rules';
import { ATTACK_RULES } from '../../../compliance/rules/proofs/attack/rules';
import { DEPLOYER_RULES } from '../../../compliance/rules/proofs/deployer/rules';
import { EXPOSURE_RULES } from '../../../compliance/rules/proofs/exposure/rules';
import { IAM_RULES } from '../../../compliance/rules/proofs/iam/rules';
import { NETWORK_RULES } from '../../../compliance/rules/proofs/network/rules';
import { RELEASE_RULES } from '../../../compliance/rules/proofs/release/rules';
import { SIGNAL_RULES } from '../../../compliance/rules/proofs/signals/rules';
import { REGISTER_CONTROLS } from '../../../compliance/register/evaluate-register';
import { loadRegister } from '../../../compliance/register/load';
import { packFiles } from '../../../compliance/report/write-pack';
import type { EngineName, VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../tools/setup/progress';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { csvRows } from '../../support/pack-tables';
import { evidenceOf, evaluateSmallApplication, testResult } from '../../support/small-pack';

const catalogueOf = (framework: Framework) => {
  const found = loadCatalogues().find((catalogue) => catalogue.framework === framework);
  if (found === undefined) throw new Error(framework);
  return found;
};
const count = (framework: Framework, pattern: RegExp): number =>
  catalogueOf(framework).requirements.filter(({ id, title }) => pattern.test(`${id} ${title}`)).length;

const ROW: VerdictRow = {
  engine: 'template-checks',
  rule: 'own-key',
  title: 'A title.',
  verdict: 'compliant',
  resource: 'Pictures',
  controls: [],
  strength: 'property',
  severity: 'error',
  message: '',
};

describe('the catalogues of requirements', () => {
  // The totals are held against `published` when a catalogue is read; here are the parts that the editions publish.
  test.each<[string, Framework, RegExp, number]>([
    ['SOC 2: common criteria', 'SOC2', /^CC/, 33],
    ['SOC 2: availability', 'SOC2', /^A1/, 3],
    ['SOC 2: confidentiality', 'SOC2', /^C1/, 2],
    ['SOC 2: processing integrity', 'SOC2', /^PI/, 5],
    ['SOC 2: privacy', 'SOC2', /^P\d/, 18],
    ['HIPAA Appendix A: standards', 'HIPAA', /^164\.3(08|10|12).*\(standard\)$/, 18],
    ['HIPAA Appendix A: specifications', 'HIPAA', /^164\.3(08|10|12).*\((required|addressable)\)$/, 36],
    ['ISO 27001: organizational', 'ISO-27001-2022', /^A\.5\./, 37],
    ['ISO 27001: people', 'ISO-27001-2022', /^A\.6\./, 8],
    ['ISO 27001: physical', 'ISO-27001-2022', /^A\.7\./, 14],
    ['ISO 27001: technological', 'ISO-27001-2022', /^A\.8\./, 34],
    ['PCI DSS: requirements 1 to 12', 'PCI-DSS-4.0.1', /^\d/, 250],
    ['NIST CSF: functions GV and PR', 'NIST-CSF-2.0', /^(GV|PR)\./, 31 + 22],
    ['NIST SP 800-53: controls', 'NIST-800-53-R5', /^[A-Z]{2}-\d+ /, 300],
    ['GDPR: articles', 'GDPR', /^Article \d+ /, 99],
  ])('%s', (_what, framework, pattern, expected) => expect(count(framework, pattern)).toBe(expected));

  test('NIST’s and FedRAMP’s baselines are as long as published', () =>
    expect(loadBaselines().map(({ title, controls }) => `${title} ${controls.length}`)).toEqual([
      'NIST Low 149',
      'NIST Moderate 287',
      'NIST High 370',
      'NIST Privacy 96',
      'FedRAMP Low 156',
      'FedRAMP Moderate 323',
      'FedRAMP High 410',
    ]));

  test('have no id twice, and none that is withdrawn', () => {
    for (const { requirements, withdrawn } of loadCatalogues()) {
      const ids = requirements.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => withdrawn.includes(id))).toEqual([]);
    }
  });
});

describe('ids of requirements', () => {
  test.each([
    ['NIST-800-53-R5:AU-9a', 'NIST-800-53-R5:AU-9'],
    ['NIST-800-53-R5:au_9_a', 'NIST-800-53-R5:AU-9'],
    ['NIST-800-53-R5:SI-4(a)(2)', 'NIST-800-53-R5:SI-4'],
    ['NIST-800-53-R5:CP-1a.1(b)', 'NIST-800-53-R5:CP-1'],
    ['NIST-800-53-R5:AC-3(3)(b)(1)', 'NIST-800-53-R5:AC-3(3)'],
    ['NIST-800-53-R5:ac-2.1', 'NIST-800-53-R5:AC-2(1)'],
    ['NIST-800-53-R5:ac_2_1', 'NIST-800-53-R5:AC-2(1)'],
    ['HIPAA:164_308_a_1_ii_a', 'HIPAA:164.308(a)(1)(ii)(A)'],
    ['HIPAA:164.312(e)(1', 'HIPAA:164.312(e)(1)'],
    ['SOC2:cc_6_1', 'SOC2:CC6.1'],
    ['SOC2:pi_1_3', 'SOC2:PI1.3'],
    ['GDPR:article_32', 'GDPR:Article 32'],
    ['GDPR:Art. 32(1)(b)', 'GDPR:Article 32'],
    ['PCI-4.0:3.5.1', 'PCI-DSS-4.0.1:3.5.1'],
    ['PCI-DSS-4.0:a1_1_1', 'PCI-DSS-4.0.1:A1.1.1'],
    ['ISO-27001-2022:8.24', 'ISO-27001-2022:A.8.24'],
    ['NIST-CSF-2.0:pr.aa-1', 'NIST-CSF-2.0:PR.AA-01'],
  ])('%s is %s, and the catalogue has it', (spelling, canonical) => {
    const id = parseReference(spelling);
    expect(id && referenceOf(id)).toBe(canonical);
    expect(requirementsByReference().has(canonical)).toBe(true);
  });

  test('one that no catalogue has fails the gate, from whichever engine; a listed vendor’s tag is left out', () => {
    const { rows, failures } = resolveReferences([
      { ...ROW, controls: ['SOC2:CC6.9', 'PCI-4.0:3.5.1', 'COBIT:APO01'] },
      { ...ROW, engine: 'cdk-nag', rule: 'X', controls: ['NIST-800-53-R5:AC-3(1)', 'NIST-800-53-R5:ZZ-1'] },
      { ...ROW, rule: 'ours', controls: ['NIST-800-53-R5:AC-3(1)'] },
    ]);
    expect(failures.map((failure) => /names (\S+),/.exec(failure)?.[1])).toEqual([
      'NIST-800-53-R5:ZZ-1',
      'NIST-800-53-R5:AC-3(1)',
      'COBIT:APO01',
      'SOC2:CC6.9',
    ]);
    expect(rows.map(({ controls }) => controls)).toEqual([['PCI-DSS-4.0.1:3.5.1'], [], []]);
  });

  test('the listed vendors’ tags are in no catalogue', () =>
    expect(loadVendorTags().filter(({ reference }) => requirementsByReference().has(reference))).toEqual([]));
});

describe('the narratives of controls', () => {
  const narratives = loadNarratives();

  const surroundings = { projectRoot: PROJECT_ROOT, roles: loadRegister().roles, pins: loadPinnedRules() };

  test('name no requirement, rule, test or owner that nothing has', () => {
    const claims = narratives.flatMap(({ requirements }) => Object.values(requirements).map(Object.keys));
    expect(claims.flat().length).toBeGreaterThan(200);
    expect(narrativeProblems(narratives, surroundings)).toEqual([]);
  });

  test('stop the gate before any engine runs when they name what nothing has', () => {
    const [one] = narratives;
    if (one === undefined) throw new Error('no narratives');
    const broken = {
      ...one,
      owner: 'nobody',
      evidence: [
        { engine: 'template-checks' as const, rule: 'no-such-check' },
        { test: 'test/no-such.test.ts' },
      ],
      requirements: { SOC2: { 'CC6.9': ['full', 'a part that is none'] as ['full', string] } },
    };
    expect(narrativeProblems([broken], surroundings)).toEqual([
      `${one.id}: nobody is no role of policies/roles.yaml`,
      `${one.id}: SOC2 has no requirement CC6.9`,
      `${one.id}: template-checks has no rule no-such-check among compliance/pinned-rules.json`,
      `${one.id}: there is no test/no-such.test.ts`,
    ]);
    expect(narrativeProblems([broken], { ...surroundings, pins: undefined })).toHaveLength(3);
  });

  test('a broken one fails the gate at once, without bundling or synthesizing anything', async () => {
    const progress = { ...silentProgress, step: jest.fn() };
    const roles = Object.fromEntries(
      Object.entries(loadRegister().roles).filter(([role]) => role !== 'image-platform'),
    );
    await expect(
      evaluate(
        {
          stage: 'dev',
          today: '2026-06-01',
          progress,
          register: { entries: [], roles, approvals: new Map() },
        },
        () => Promise.resolve(),
      ),
    ).rejects.toThrow(/ENC-01: image-platform is no role/);
    expect(progress.step).not.toHaveBeenCalled();
  });

  test.each(['scope', 'leftOut', 'method', 'limits', 'owner', 'auditor'])(
    'without %s one is not read',
    (field) => {
      const directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-narratives-'));
      try {
        const [first] = narratives;
        writeFileSync(
          path.join(directory, '1.yaml'),
          stringify({ controls: [{ ...first, [field]: undefined }] }),
        );
        expect(() => loadNarratives(directory)).toThrow(new RegExp(`controls\\.0\\.${field}: `));
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );

  test('say of how many resources, and which of the kind no rule of theirs evaluated', () => {
    const [first] = narratives;
    if (first === undefined) throw new Error('no narratives');
    const own = { ...first, evidence: [{ engine: 'template-checks' as const, rule: 'own-key' }] };
    const bucket = (resource: string) => ({ stack: 'one', resource, type: 'AWS::S3::Bucket' });
    const rows = [
      { ...ROW, stack: 'one' },
      { ...ROW, resource: 'analyze', resourceType: 'principal' },
    ];
    const resources = [bucket('Pictures'), bucket('Logs'), { ...bucket('Key'), type: 'AWS::KMS::Key' }];
    const [evaluated] = evaluateNarratives([own], { rows, tests: [], configRules: [], resources });
    expect(evaluated?.population).toEqual({
      evaluated: 1,
      excepted: 0,
      ofKind: 2,
      leftOut: { 'AWS::S3::Bucket': 1 },
      others: { principal: 1 },
    });
  });

  const none = { rows: [], tests: [], configRules: [], resources: [] };
  test('are not assessed when a piece of their evidence was not produced', () => {
    for (const { id, state } of evaluateNarratives(narratives, none))
      expect([id, state]).toEqual([id, 'not assessed']);
  });

  const [first] = narratives;
  if (first === undefined) throw new Error('no narratives');
  const small = {
    ...first,
    evidence: [
      { engine: 'template-checks' as const, rule: 'own-key' },
      { test: 'test/security/keys.test.ts' },
    ],
  };
  const stateWith = (tests: Parameters<typeof evaluateNarratives>[1]['tests']) =>
    evaluateNarratives([small], { ...none, rows: [ROW], tests })[0];

  test('say so when a test that they cite did not run, and a failed one is a finding', () => {
    expect(stateWith([])).toMatchObject({
      state: 'supported in part',
      missing: ['test/security/keys.test.ts'],
    });
    expect(stateWith([testResult('test/security/keys.test.ts', 'passed')])).toMatchObject({
      state: 'supported',
      missing: [],
    });
    expect(stateWith([testResult('test/security/keys.test.ts', 'failed')])?.state).toBe('findings');
  });
});

describe('the second reading', () => {
  const holds = z.enum(['yes', 'in part', 'no']);
  const reading = z.strictObject({
    requirement: z.string(),
    holds,
    why: z.string().min(20),
    fixed: z.string().optional(),
  });
  const { readings, seed, again, independent, further } = z
    .strictObject({
      seed: z.string(),
      drawnFrom: z.int(),
      read: z.string(),
      again: z.strictObject({
        read: z.string(),
        requirements: z.array(
          z.strictObject({
            requirement: z.string(),
            holds,
            agrees: z.boolean(),
            why: z.string().optional(),
            fixed: z.string().optional(),
          }),
        ),
      }),
      independent: z.strictObject({
        read: z.string(),
        seen: z.array(z.string()),
        requirements: z.array(
          z.strictObject({
            requirement: z.string(),
            holds,
            agrees: z.boolean(),
            why: z.string().min(20),
            fixed: z.string().optional(),
            left: z.string().optional(),
          }),
        ),
      }),
      further: z.strictObject({
        seed: z.string(),
        drawnFrom: z.int(),
        read: z.string(),
        requirements: z.array(reading),
      }),
      readings: z.array(reading),
    })
    .parse(parse(readFileSync(path.join(PROJECT_ROOT, 'compliance/controls/reading.yaml'), 'utf8')));
  const rank = (drawn: string, one: string): number =>
    parseInt(createHash('sha256').update(`${drawn} ${one}`).digest('hex').slice(0, 8), 16) / 2 ** 32;
  const narratives = loadNarratives();
  const claimsOf = (reference: string): string[] => {
    const id = parseReference(reference);
    return narratives.flatMap(({ requirements }) => {
      const claim = id && requirements[id.framework]?.[id.id];
      return claim === undefined ? [] : [claim[0]];
    });
  };

  test('has sixty requirements of the catalogues, in the order of the draw', () => {
    expect(readings).toHaveLength(60);
    const references = readings.map(({ requirement }) => requirement);
    expect(new Set(references).size).toBe(60);
    expect(references.filter((one) => !requirementsByReference().has(one))).toEqual([]);
    // The draw takes the sixty of least rank among 270: the last of them lies near 60 / 270 of all ranks.
    expect(Math.max(...references.map((one) => rank(seed, one)))).toBeLessThan(0.3);
  });

  test('was done of forty others, by another draw and another reader', () => {
    const first = new Set(readings.map(({ requirement }) => requirement));
    const references = further.requirements.map(({ requirement }) => requirement);
    expect(references).toHaveLength(40);
    expect(references.filter((one) => first.has(one) || !requirementsByReference().has(one))).toEqual([]);
    const ranks = references.map((one) => rank(further.seed, one));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(Math.max(...ranks)).toBeLessThan(0.3);
  });

  test('was done again for fifteen of them; where the readers disagreed, something was fixed', () => {
    const first = new Map(readings.map((one) => [one.requirement, one.holds]));
    expect(again.requirements).toHaveLength(15);
    for (const { requirement, holds: answer, agrees, why, fixed } of again.requirements) {
      expect([requirement, first.has(requirement)]).toEqual([requirement, true]);
      expect([requirement, !agrees || first.get(requirement) === answer]).toEqual([requirement, true]);
      expect([requirement, agrees || (why !== undefined && fixed !== undefined)]).toEqual([
        requirement,
        true,
      ]);
    }
  });

  test('was done from outside for all of them; where that reader disagreed, it was fixed or said why not', () => {
    expect(independent.requirements.map(({ requirement }) => requirement)).toEqual(
      readings.map(({ requirement }) => requirement),
    );
    expect(independent.seen.filter((one) => !requirementsByReference().has(one))).toEqual([]);
    for (const [
      index,
      { requirement, holds: answer, agrees, fixed, left },
    ] of independent.requirements.entries()) {
      expect([requirement, agrees]).toEqual([requirement, readings[index]?.holds === answer]);
      expect([requirement, agrees || (fixed ?? left) !== undefined]).toEqual([requirement, true]);
    }
  });

  test('found no evidence where nothing is claimed any more, and full coverage only where it said yes', () => {
    for (const { requirement, holds } of [...readings, ...further.requirements]) {
      const claims = claimsOf(requirement);
      expect([requirement, claims.length > 0]).toEqual([requirement, holds !== 'no']);
      expect([requirement, holds !== 'yes' && claims.includes('full')]).toEqual([requirement, false]);
    }
  });
});

describe('states of requirements', () => {
  const requirements = loadCatalogues().flatMap((catalogue) => catalogue.requirements);
  const responsibilities = loadResponsibilities();
  const evaluate = (
    rows: readonly VerdictRow[],
    narratives: Parameters<typeof evaluateRequirements>[1] = [],
    asked: typeof requirements = requirements,
  ) =>
    new Map(
      evaluateRequirements(asked, narratives, rows, responsibilities).map((one) => [referenceOf(one), one]),
    );

  test('a tag alone makes none, whoever set it', () => {
    const tagged = evaluate([
      { ...ROW, engine: 'cdk-nag', controls: ['NIST-800-53-R5:SC-28(1)'] },
      {
        ...ROW,
        engine: 'cdk-nag',
        verdict: 'excepted',
        exception: 'EXC-001',
        controls: ['HIPAA:164.312(b)'],
      },
    ]);
    expect(tagged.get('NIST-800-53-R5:SC-28(1)')).toMatchObject({ state: 'not assessed', compliant: 1 });
    expect(tagged.get('HIPAA:164.312(b)')?.state).toBe('not assessed');
  });

  test('everybody who holds something is named, and what is not assessed is never the application’s', () => {
    for (const { holders, state } of evaluate([]).values()) {
      expect(state).toBe('not assessed');
      expect(holders.some(({ who }) => who === 'application')).toBe(false);
    }
  });

  /** Rules of our own, with the requirements that each names itself; what they name by a narrative is read there. */
  const NAMED = new Map<string, readonly string[]>([
    ...[...CHECKS, ...SET_CHECKS].map((one) => [`template-checks: ${one.id}`, one.controls] as const),
    ...(
      [
        ['proof-iam', IAM_RULES],
        ['proof-exposure', EXPOSURE_RULES],
        ['proof-signals', SIGNAL_RULES],
        ['proof-attack', ATTACK_RULES],
        ['proof-deployer', DEPLOYER_RULES],
        ['proof-release', RELEASE_RULES],
        ['proof-network', NETWORK_RULES],
        ['service-contracts', CONTRACT_RULES],
      ] as const
    ).flatMap(([engine, rules]) =>
      Object.values<{ readonly id: string; readonly controls: readonly string[] }>(rules).map(
        ({ id, controls }) => [`${engine}: ${id}`, controls] as const,
      ),
    ),
    ...[...Object.values(STACK_RULES), ...ASPECTS, ...LIVE_CHECKS].map(
      ({ rule, controls }) => [`deployed: ${rule}`, controls] as const,
    ),
    ...loadGuardRules().map(({ name, controls }) => [`cfn-guard: ${name}`, controls] as const),
  ]);
  const NAMED_BY_ENGINE: Partial<Record<EngineName, readonly string[]>> = {
    'template-scope': SCOPE_CONTROLS,
    'exceptions-register': REGISTER_CONTROLS,
    'license-check': LICENSE_CONTROLS,
    'dependency-audit': AUDIT_CONTROLS,
    'checkov-secrets': SECRET_CONTROLS,
  };
  /** Whose rules others wrote; of these only the ones that we added. */
  const THEIRS: Partial<Record<EngineName, (rule: string) => boolean>> = {
    'cdk-nag': (rule) => rule.startsWith('ServerlessApp::'),
    checkov: (rule) => rule.includes('SERVERLESSAPP'),
    'cfn-guard': (rule) => OUR_GUARD_RULES.has(rule),
    'cfn-lint': () => false,
    'cloudformation-validate': () => false,
  };
  const OUR_GUARD_RULES = new Set(
    loadGuardRules()
      .filter(({ file }) => file.startsWith(path.join(PROJECT_ROOT, 'policies')))
      .map(({ name }) => name),
  );
  // Every engine that is pinned, so that a new one is in this test from its first day.
  const own = Object.entries(loadPinnedRules()).flatMap(([name, { rules }]) => {
    const engine = name as EngineName;
    return rules
      .filter((rule) => THEIRS[engine]?.(rule) ?? true)
      .map((id) => ({
        engine,
        id,
        controls: NAMED.get(`${engine}: ${id}`) ?? NAMED_BY_ENGINE[engine] ?? [],
      }));
  });

  test('every rule of our own that is written down is pinned, and so in the tests below', () => {
    const pinned = new Set(own.map(({ engine, id }) => `${engine}: ${id}`));
    expect([...NAMED.keys()].filter((one) => !one.startsWith('cfn-guard') && !pinned.has(one))).toEqual([]);
    expect(OUR_GUARD_RULES.size).toBeGreaterThan(5);
    expect(new Set(own.map(({ engine }) => engine)).size).toBeGreaterThan(15);
  });

  const claims = loadNarratives();
  const planted = ({ engine, id, controls }: (typeof own)[number]): VerdictRow => ({
    ...ROW,
    engine,
    rule: id,
    verdict: 'non-compliant',
    controls: [...controls],
  });

  test.each(own.map((check) => [`${check.engine}: ${check.id}`, check] as const))(
    'a finding in our check %s turns what it names and what its narratives claim to "not met"',
    (_id, check) => {
      const { rows, failures } = resolveReferences([planted(check)]);
      expect(failures).toEqual([]);
      const named = rows.flatMap(({ controls }) => controls);
      const narratives = evaluateNarratives(claims, {
        rows,
        tests: [],
        configRules: [],
        resources: [],
      });
      const claimed = narratives
        .filter(({ state }) => state === 'findings')
        .flatMap(({ requirements: claims }) =>
          FRAMEWORKS.flatMap((framework) =>
            Object.keys(claims[framework] ?? {}).map((one) => `${framework}:${one}`),
          ),
        );
      const looked = new Set([...named, ...claimed]);
      const evaluated = evaluate(
        rows,
        narratives,
        requirements.filter((one) => looked.has(referenceOf(one))),
      );
      expect([...named, ...claimed]).not.toEqual([]);
      for (const reference of [...named, ...claimed])
        expect([reference, evaluated.get(reference)?.state]).toEqual([reference, 'not met']);
    },
  );

  test('HTML, CSV and OSCAL say so alike', async () => {
    const scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-planted-'));
    try {
      const evaluation = evaluateSmallApplication(scratch);
      const { rows } = resolveReferences([...evaluation.rows, ...own.map(planted)]);
      const evidence = await evidenceOf({ ...evaluation, rows });
      const files = packFiles(evidence, evaluation.assembly, []);
      const textOf = (file: string): string => String(files.get(file));
      const expected = [
        ...new Set(own.flatMap(({ controls }) => controls.map((one) => parseReference(one)))),
      ].flatMap((id) => (id === undefined ? [] : [referenceOf(id)]));
      const csv = new Map(csvRows(textOf('controls.csv')).map((cells) => [cells[1], cells[3]]));
      const results = JSON.parse(textOf('oscal/assessment-results.json')) as {
        'assessment-results': {
          results: { findings: { title: string; target: { status: { state: string; reason: string } } }[] }[];
        };
      };
      const findings = new Map(
        results['assessment-results'].results[0]?.findings.map(({ title, target }) => [title, target.status]),
      );
      const page = textOf('index.html');
      for (const reference of expected) {
        const [framework = '', id = ''] = reference.split(/:(.*)/s);
        const anchor = `id="r-${`${framework}-${id}`.replace(/[^A-Za-z0-9.]+/g, '-').replace(/-$/, '')}"`;
        const line = page.slice(page.indexOf(anchor)).split('</tr>')[0] ?? '';
        expect([
          reference,
          csv.get(reference),
          findings.get(reference),
          /badge ([\w-]+)/.exec(line)?.[1],
        ]).toEqual([
          reference,
          'not met',
          expect.objectContaining({ state: 'not-satisfied', reason: 'fail' }),
          'not-met',
        ]);
      }
      expect(expected.length).toBeGreaterThan(40);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }, 60_000);
});
