import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { loadGuardRules } from '../../compliance/engines/guard-rules';
import { loadRegister } from '../../compliance/register/load';
import { ACCOUNT_RULES, APPLICATION_RULES } from '../../lib/audit/config-rules';
import { conformancePackTemplate } from '../../lib/audit/conformance-pack';
import { loadStageConfig } from '../../lib/config/load';
import { createApp } from '../../lib/create-app';
import { Names } from '../../lib/names';
import { ApplicationStage } from '../../lib/stages/application-stage';
import { GUARD_RULES } from '../../lib/stacks/guardrails-stack';
import { statementsOf } from '../support/policy-statements';
import { at, emptyBundles, ofType, STAGES, synthesized } from '../support/synthesized-stage';

const ROOT = path.join(__dirname, '..', '..');
const POLICIES = path.join(ROOT, 'policies');
const guardRules = readdirSync(GUARD_RULES).flatMap((file) =>
  [...readFileSync(path.join(GUARD_RULES, file), 'utf8').matchAll(/^rule (\w+)/gm)].map(([, name]) => name),
);

describe.each(STAGES)('the guard hooks of %s', (name) => {
  const stage = synthesized(name);
  const hooks = ofType(stage, 'AWS::CloudFormation::GuardHook');
  const uriOf = (stack: string): unknown =>
    at(hooks.find((hook) => hook.stack === stack)?.Properties, 'RuleLocation', 'Uri');

  it.each([
    ['guardrails', stage.names],
    ['recovery-guardrails', new Names(stage.config, stage.config.drRegion)],
  ])(
    '%s evaluates whole stacks of its region’s deployment role; it warns until the configuration lets it stop them',
    (stack, names) => {
      expect(hooks.filter((hook) => hook.stack === stack).map(({ Properties }) => Properties)).toEqual([
        expect.objectContaining({
          HookStatus: 'ENABLED',
          TargetOperations: ['STACK'],
          FailureMode: stage.config.features.guardHookStops ? 'FAIL' : 'WARN',
          StackFilters: expect.objectContaining({
            StackRoles: { Include: [names.deploymentRoleArn] },
          }) as unknown,
        }),
      ]);
      expect(uriOf(stack)).toMatch(new RegExp(`^s3://${names.bootstrapBucket}/[0-9a-f]{64}\\.zip$`));
    },
  );
  it('warn at first: a hook that cannot read its rules would stop every stack, the fixing one as well', () => {
    expect(stage.config.features.guardHookStops).toBe(false);
  });
  // https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/guard-hooks-prepare-to-create-hook.html
  it('may read the rules of this release and of the one before', () => {
    const resources = statementsOf(stage)
      .filter(({ Sid }) => Sid === 'ReadRules')
      .map((statement) => statement.resources);
    expect(resources).toEqual(
      [stage.config.region, stage.config.drRegion].map((region) => [
        `arn:aws:s3:::${new Names(stage.config, region).bootstrapBucket}/*.zip`,
      ]),
    );
  });
  it('have the same text of the rules: its hash is its name, so that nobody can replace it unseen', () => {
    const text = (stack: string) => String(uriOf(stack)).split('/').at(-1);
    expect(text('recovery-guardrails')).toBe(text('guardrails'));
  });
  it('have each a role of its own: IAM knows no regions', () => {
    const roles = ofType(stage, 'AWS::IAM::Role')
      .filter(({ stack }) => stack.endsWith('guardrails'))
      .map(({ Properties }) => Properties['RoleName']);
    expect(new Set(roles).size).toBe(2);
  });
});

describe('the hook of the second region', () => {
  it('is there before anything else is made there', () => {
    const config = loadStageConfig('prod');
    const app = createApp({
      builtinCloudFormationValidation: false,
      context: { bundles: emptyBundles() },
    });
    const { stacks } = new ApplicationStage(app, config).synth();
    const there = stacks.filter(({ environment }) => environment.region === config.drRegion);
    const waitsFor = (stack: (typeof stacks)[number]) =>
      stack.dependencies.map((artifact) => ('stackName' in artifact ? artifact.stackName : ''));
    expect(there.map(({ stackName }) => stackName)).toEqual([
      'serverlessapp-prod-recovery-guardrails',
      'serverlessapp-prod-recovery-foundation',
    ]);
    expect(there[1] && waitsFor(there[1])).toContain('serverlessapp-prod-recovery-guardrails');
  });
});

describe('one text for gate and hook', () => {
  it('the gate reads the folder that the hook gets, and nothing but rules lies in it', () => {
    expect(loadGuardRules().map(({ file }) => path.dirname(file))).toContain(GUARD_RULES);
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
    ...readdirSync(path.join(ROOT, 'compliance', 'rules', 'nag')).map(
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
