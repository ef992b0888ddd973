import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { guardRuleDirectories } from '../../compliance/engines/guard-rules';
import { loadRegister } from '../../compliance/register/load';
import { ACCOUNT_RULES, APPLICATION_RULES } from '../../lib/audit/config-rules';
import { conformancePackTemplate } from '../../lib/audit/conformance-pack';
import { GUARD_RULES } from '../../lib/stacks/guardrails-stack';
import { at, ofType, STAGES, synthesized } from '../support/synthesized-stage';

const ROOT = path.join(__dirname, '..', '..');
const POLICIES = path.join(ROOT, 'policies');
const guardRules = readdirSync(GUARD_RULES).flatMap((file) =>
  [...readFileSync(path.join(GUARD_RULES, file), 'utf8').matchAll(/^rule (\w+)/gm)].map(([, name]) => name),
);

describe.each(STAGES)('the guard hook of %s', (name) => {
  const stage = synthesized(name);
  const [hook] = ofType(stage, 'AWS::CloudFormation::GuardHook');
  it('judges whole stacks of the deployment role, and stops them where people depend on it', () => {
    expect(hook?.Properties).toMatchObject({
      HookStatus: 'ENABLED',
      TargetOperations: ['STACK'],
      FailureMode: name === 'dev' ? 'WARN' : 'FAIL',
      StackFilters: { StackRoles: { Include: [stage.names.deploymentRoleArn] } },
    });
  });
  it('reads rules that nobody can replace unseen: their hash is their name', () => {
    expect(at(hook?.Properties, 'RuleLocation', 'Uri')).toMatch(
      new RegExp(`^s3://${stage.names.bootstrapBucket}/[0-9a-f]{64}\\.zip$`),
    );
  });
});

describe('one text for gate and hook', () => {
  it('the gate reads the folder that the hook gets, and nothing but rules lies in it', () => {
    expect(guardRuleDirectories().map((folder) => path.resolve(folder))).toContain(GUARD_RULES);
    expect(readdirSync(GUARD_RULES).filter((file) => !file.endsWith('.guard'))).toEqual([]);
    expect(new Set(guardRules).size).toBe(guardRules.length);
  });
  it('nothing is excepted from these rules, so that what passes the gate passes the hook', () => {
    const excepted = JSON.stringify(loadRegister().entries.map(({ rules }) => rules));
    expect(guardRules.filter((rule) => excepted.includes(`"${String(rule)}"`))).toEqual([]);
  });
});

const place = z.union([z.array(z.string()).min(1), z.strictObject({ none: z.string().min(20) })]);
const catalogueSchema = z
  .array(
    z.strictObject({ control: z.string(), gate: place, hook: place, config: place, organization: place }),
  )
  .length(10);
const catalogue = catalogueSchema.parse(
  parse(readFileSync(path.join(POLICIES, 'control-catalogue.yaml'), 'utf8')),
);
const folder = (name: string, pattern: RegExp): string[] =>
  readdirSync(path.join(POLICIES, name))
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => [...readFileSync(path.join(POLICIES, name, file), 'utf8').matchAll(pattern)])
    .map(([, found]) => found ?? '');

/** What each place really has. */
const PLACES = {
  gate: new Set<unknown>([
    ...guardRules,
    ...readdirSync(path.join(ROOT, 'compliance', 'nag-rules')).map(
      (file) =>
        `ServerlessApp-${file.replace('.ts', '').replace(/(^|-)([a-z])/g, (_m, _d, letter: string) => letter.toUpperCase())}`,
    ),
  ]),
  hook: new Set<unknown>(guardRules),
  config: new Set<unknown>([
    ...[...APPLICATION_RULES, ...ACCOUNT_RULES].map(({ identifier }) => identifier),
    ...[...conformancePackTemplate().matchAll(/SourceIdentifier"?: ?"?([A-Z_0-9]+)/g)].map(([, id]) => id),
    ...readdirSync(path.join(POLICIES, 'config-rules')).map((file) => file.replace('.guard', '')),
  ]),
  organization: new Set<unknown>(folder('organization', /"Sid": "(\w+)"/g)),
} as const;

const unknownReferences = (entries: typeof catalogue): string[] =>
  entries.flatMap((entry) =>
    (Object.keys(PLACES) as (keyof typeof PLACES)[]).flatMap((where) => {
      const listed = entry[where];
      return Array.isArray(listed)
        ? listed
            .filter((rule) => !PLACES[where].has(rule))
            .map((rule) => `${entry.control}: ${where} ${rule}`)
        : [];
    }),
  );

describe('the control catalogue', () => {
  it('names rules that exist, or says why there is none', () => {
    expect(unknownReferences(catalogue)).toEqual([]);
  });
  it('a rule that nobody has is found', () => {
    const worse = structuredClone(catalogue);
    worse.forEach((entry, index) => (entry.hook = index === 0 ? ['no_such_rule'] : entry.hook));
    expect(unknownReferences(worse)).toHaveLength(1);
  });
  it('an unmarked hole is found', () => {
    expect(catalogueSchema.safeParse(catalogue.map((entry) => ({ ...entry, config: [] }))).success).toBe(
      false,
    );
  });
  it('every control is enforced before and after a deployment, or above the account', () => {
    for (const { gate, hook, config, organization } of catalogue)
      expect([gate, hook, config, organization].filter(Array.isArray).length).toBeGreaterThanOrEqual(2);
  });
});
