import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Evidence } from '../../../compliance/report/evidence';
import { loadSystemOwner, OWNER_FILE } from '../../../compliance/report/oscal/fedramp/owner';
import { fedrampPlan, fedrampProfile } from '../../../compliance/report/oscal/fedramp/plan';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { constraintDifferences, readEvaluated, readUnmetConstraints } from '../../fedramp/metaschema';
import { tellFaults } from '../../fedramp/planted-faults';
import { differences, readUnmet, type Refused } from '../../fedramp/report';
import { evidenceOf, evaluateSmallApplication } from '../../support/small-pack';

const EXAMPLE = loadSystemOwner(PROJECT_ROOT, 'test/fedramp/example-owner.yaml');
let scratch: string;
let evidence: Evidence;
beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-fedramp-'));
  evidence = await evidenceOf(evaluateSmallApplication(scratch));
}, 60_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Prop {
  readonly name: string;
  readonly value: string;
}
interface Plan {
  readonly 'system-security-plan': {
    readonly metadata: { readonly parties: { readonly type: string }[] };
    readonly 'control-implementation': {
      readonly 'implemented-requirements': {
        readonly 'control-id': string;
        readonly props: Prop[];
        readonly remarks: string;
      }[];
    };
  };
}
const planOf = (systemOwner: Evidence['systemOwner']): Plan =>
  fedrampPlan({ ...evidence, systemOwner }) as Plan;

describe('the draft for FedRAMP', () => {
  test('invents nothing that only a system owner knows', () => {
    const plan = planOf({});
    const text = JSON.stringify(plan);
    for (const only of [
      ...[
        'security-sensitivity-level',
        'security-impact-level',
        'authorization-type',
        'https://fedramp.gov"',
      ],
      ...['assurance-level', 'leveraged-system-identifier', 'planned-completion-date', '"sensitivity"'],
    ])
      expect([only, text.includes(only)]).toEqual([only, false]);
    const { metadata } = plan['system-security-plan'];
    expect(metadata.parties.filter(({ type }) => type === 'person')).toEqual([]);
    for (const { props, remarks } of plan['system-security-plan']['control-implementation'][
      'implemented-requirements'
    ]) {
      const hasStatus = props.some(({ name }) => name === 'implementation-status');
      expect(remarks.includes('to be given by the system owner')).toBe(!hasStatus);
      expect(props.filter(({ value }) => value.includes('to be given'))).toEqual([]);
    }
  });

  test('says what the templates tell of DNS and of benchmarks, without a status for it', () => {
    const requirements = planOf({})['system-security-plan']['control-implementation'][
      'implemented-requirements'
    ];
    const of = (id: string) => requirements.find((one) => one['control-id'] === id);
    expect(of('sc-20')?.remarks).toContain(
      'The templates hold 0 DNS zones and 0 settings that sign one by DNSSEC.',
    );
    expect(of('sc-21')?.remarks).toMatch(
      /The templates hold \d+ networks and 0 settings that make .* validate DNSSEC/,
    );
    expect(of('cm-9')?.remarks).toMatch(/CIS .* of whose 70 recommendations this system claims a part/);
    for (const id of ['sc-20', 'sc-21', 'cm-9'])
      expect(of(id)?.props.filter(({ name }) => name === 'implementation-status')).toEqual([]);
  });

  test('holds what an owner has answered, and selects the baseline of the highest level', () => {
    const text = JSON.stringify(planOf(EXAMPLE));
    for (const given of ['fips-199-moderate', 'F00000000', 'Example Owner', 'EXAMPLE0000', '2099-12-31'])
      expect(text).toContain(given);
    const selected = (level: 'low' | 'moderate' | 'high'): number =>
      JSON.stringify(
        fedrampProfile({
          ...evidence,
          systemOwner: { categorization: { confidentiality: level, integrity: 'low', availability: 'low' } },
        }),
      ).match(/"[a-z]{2}-\d+(\.\d+)?"/g)?.length ?? 0;
    expect([selected('low'), selected('moderate'), selected('high')]).toEqual([156, 323, 410]);
  });

  test('no answers of an owner are in this repository; a wrong answer stops the gate with its place', () => {
    expect(loadSystemOwner(PROJECT_ROOT)).toEqual({});
    writeFileSync(path.join(scratch, 'owner.yaml'), 'categorization: { confidentiality: medium }');
    expect(() => loadSystemOwner(scratch, 'owner.yaml')).toThrow(/owner\.yaml cannot be read: .*moderate/s);
    expect(OWNER_FILE).toBe('policies/system-owner.yaml');
  });
});

describe('the list of what is not met', () => {
  const unmet = readUnmet(path.join(PROJECT_ROOT, 'test/fedramp/unmet.yaml'));
  const refused = (variant: 'draft' | 'answered'): Refused => ({
    rules: 1,
    refused: unmet.flatMap(({ ids, unmet: where }) =>
      where.includes(variant) ? ids.map((id) => ({ id, role: 'error', text: 'A text.' })) : [],
    ),
  });

  test('is told apart from what the constraints say, in both directions', () => {
    const found = { draft: refused('draft'), answered: refused('answered') };
    expect(differences(found, unmet)).toEqual([]);
    const [, ...rest] = found.draft.refused;
    const changed = { rules: 1, refused: [...rest, { id: 'new-one', role: 'error', text: 'A text.' }] };
    expect(differences({ ...found, draft: changed }, unmet)).toEqual([
      'draft: new-one is refused and not listed: A text.',
      'draft: no-security-sensitivity-level is listed and met',
    ]);
  });

  test('names no constraint twice', () => {
    const ids = unmet.flatMap((one) => one.ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('what OSCAL’s own constraints refuse', () => {
  const listed = {
    document: 'catalog.json',
    place: '/catalog/group/control',
    constraint: 'oscal-catalog-controls',
    why: 'A reason of more than twenty letters.',
  };
  const answers = (...refused: object[]): string =>
    [
      'ERROR Log4j API could not find a logging provider.',
      ...refused.map((one) => JSON.stringify({ level: 'ERROR', message: 'A message.', ...one })),
      JSON.stringify({ document: 'catalog.json', evaluated: true }),
    ].join('\n');
  const known = {
    document: listed.document,
    place: '/catalog/group[1]/control[2]',
    constraint: listed.constraint,
  };

  test('is told apart from the list, in both directions', () => {
    const told = (text: string): string[] =>
      constraintDifferences(readEvaluated(text), [listed], ['catalog.json']);
    expect(told(answers(known))).toEqual([]);
    expect(told(answers())).toEqual([expect.stringContaining('is listed and met')]);
    expect(told(answers(known, { ...known, constraint: 'another' }))).toEqual([
      'catalog.json /catalog/group/control is refused by another and not listed: A message.',
    ]);
  });

  test('a document that was not evaluated is no document that is met', () =>
    expect(constraintDifferences(readEvaluated(answers()), [], ['catalog.json', 'profile.json'])).toEqual([
      'profile.json was not evaluated',
    ]));

  test('an answer that is none is refused; of what is listed each has its reason', () => {
    expect(() => readEvaluated('{"document":"catalog.json"}')).toThrow();
    expect(readUnmetConstraints()).toEqual([]);
  });

  test('a planted fault that nothing refuses is told', () => {
    const { unseen, pack } = tellFaults(readEvaluated(answers(known)));
    expect(unseen.length).toBeGreaterThan(4);
    expect(pack.documents).toEqual(['catalog.json']);
  });
});
