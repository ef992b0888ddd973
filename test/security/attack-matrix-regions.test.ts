import { speaksOf, withoutRegion } from '../../tools/attack-regions';
import { type Ask, NOTHING_CHANGED } from '../../compliance/rules/proofs/attack/attack-world';
import { loadAttackEntries } from '../../compliance/rules/proofs/attack/entries';
import { GOALS } from '../../compliance/rules/proofs/attack/goals';
import { purposesOf } from '../../compliance/rules/proofs/attack/pass-role';
import { positionsOf } from '../../compliance/rules/proofs/attack/positions';
import { proveAttacks } from '../../compliance/rules/proofs/attack/prove-attack';
import { attackMistakes, attackMutantsOf } from '../../compliance/self-test/attack-mutants';
import { frozen } from '../../compliance/self-test/mutant';
import type { VerdictRow } from '../../compliance/verdict-row';
import { loadStageConfig } from '../../lib/config/load';
import { releaseStacks } from '../support/stage-templates';
import { thawed } from '../support/thawed';

const { region: primary, drRegion: second, account } = loadStageConfig('prod');
// As in the self-test: what nobody can change is read once.
const templates = frozen(releaseStacks());
const proof = proveAttacks(templates);
const { rows } = proof.result;
const { world } = proof;
if (world === undefined) throw new RangeError('There is no world to ask.');

const findings = (of: readonly VerdictRow[]): string[] =>
  of
    .filter(({ verdict }) => verdict !== 'compliant')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);
const cells = new Map(
  rows
    .filter(
      ({ rule, resourceType }) => rule === 'attack-goals-refused-or-accepted' && resourceType === 'attack',
    )
    .map(({ resource, message }) => [resource, message.split(/[ ,]/)[0]]),
);
const positions = positionsOf(world).map(({ name }) => name);
const ofRegions = positions.filter((name) =>
  positions.some((each) => each !== name && withoutRegion(each).name === withoutRegion(name).name),
);

describe('both regions of a release', () => {
  it('have positions of their own, functions and people, and goals of their own', () => {
    expect(ofRegions.filter((name) => withoutRegion(name).region === second)).toEqual(
      expect.arrayContaining(
        ['function analyze', 'function reviews', 'operator', 'data steward', 'reviewer', 'break glass'].map(
          (name) => `${name} (${second})`,
        ),
      ),
    );
    // One role audits, and packs are signed once.
    expect(positions).not.toContain(`auditor (${second})`);
    expect(GOALS).toContain(`erase or silence evidence (${second})`);
    expect(GOALS).not.toContain(`sign unevaluated (${second})`);
    expect(GOALS).toHaveLength(17);
  });
  it('are asked in full: each position for each goal', () => {
    const missing = positions.flatMap((position) =>
      GOALS.map((goal) => `${position}: ${goal}`).filter((cell) => !cells.has(cell)),
    );
    expect(missing).toEqual([]);
    expect(cells.size).toBeGreaterThan(750);
  });
  it('do not reach each other: what a role of one reaches lies there', () => {
    const crossing = ofRegions.flatMap((position) =>
      GOALS.filter((goal) => withoutRegion(goal).region !== withoutRegion(position).region)
        .map((goal) => `${position}: ${goal}`)
        .filter((cell) => cells.get(cell) !== 'refused'),
    );
    expect(crossing).toEqual([]);
    expect(ofRegions.length).toBeGreaterThan(30);
  });
  it('open the same to the roles of each', () => {
    const open = (region: string | undefined): string[] =>
      [...cells]
        .filter(([, said]) => said === 'open')
        .map(([cell]) => cell.split(': ').map(withoutRegion))
        .filter(
          ([position, goal]) =>
            position?.region === region &&
            goal?.region === region &&
            ofRegions.includes(position?.name ?? ''),
        )
        .map((cell) => cell.map(({ name }) => name).join(': '));
    expect(open(second).length).toBeGreaterThan(20);
    expect(open(second).sort()).toEqual(open(undefined).sort());
  });
});

describe('a request', () => {
  const reading = (region: string): Ask => ({
    action: 's3:GetObjectVersion',
    resource: `arn:aws:s3:::serverlessapp-prod-pictures-${account}-${region}/input/0f8fad5b.jpg`,
    situation: 'through our endpoint',
  });
  const decided = (holder: string, ask: Ask): string =>
    world.decide(world.holder(holder), ask, NOTHING_CHANGED).decision;
  it('is made where the ARN, the bucket’s name or the context says, and else in the primary region', () => {
    expect(world.regionOf(reading(second))).toBe(second);
    expect(world.regionOf({ action: 'sqs:PurgeQueue', resource: `arn:aws:sqs:${second}:${account}:q` })).toBe(
      second,
    );
    expect(world.regionOf({ action: 'iam:CreateRole', resource: `arn:aws:iam::${account}:role/x` })).toBe(
      primary,
    );
    expect(world.regionOf({ action: 'config:PutExternalEvaluation', resource: '*' })).toBe(primary);
    const context = { 'aws:RequestedRegion': second };
    expect(world.regionOf({ action: 'config:PutExternalEvaluation', resource: '*', context })).toBe(second);
  });
  it('goes by the endpoint of its region, and is let through for the functions there alone', () => {
    expect(decided('analyze', reading(primary))).toBe('allow');
    expect(decided(`analyze (${second})`, reading(second))).toBe('allow');
    expect(decided('analyze', reading(second))).not.toBe('allow');
    expect(decided(`analyze (${second})`, reading(primary))).not.toBe('allow');
  });
  it('that hands a role over is made in either region: IAM has the role once', () => {
    const created = purposesOf(world, world.holder('analyze'))
      .flat()
      .filter(({ action }) => action === 'lambda:CreateFunction')
      .map((ask) => world.regionOf(ask));
    expect(created).toEqual([primary, second]);
  });
});

describe('an entry', () => {
  const entries = loadAttackEntries();
  const since = { world };
  const changed = (id: string, where: (typeof entries)[number]['where']): string[] =>
    findings(
      proveAttacks(templates, {
        entries: entries.map((each) => (each.id === id ? { ...each, where } : each)),
        since,
      }).result.rows,
    );
  it('about its own region accepts no way into the other', () => {
    const entry = {
      positions: ['function analyze'],
      goals: ['read pictures'],
      where: 'its own region',
    } as const;
    const accepts = (position: string, goal: string): boolean => speaksOf(entry, { position, goal });
    expect(accepts('function analyze', 'read pictures')).toBe(true);
    expect(accepts(`function analyze (${second})`, `read pictures (${second})`)).toBe(true);
    expect(accepts('function analyze', `read pictures (${second})`)).toBe(false);
    expect(accepts(`function analyze (${second})`, 'read pictures')).toBe(false);
    expect(accepts('function analyze', 'read records')).toBe(false);
    const everywhere = { ...entry, where: 'every region' } as const;
    expect(speaksOf(everywhere, { position: 'function analyze', goal: `read pictures (${second})` })).toBe(
      true,
    );
    const asNamed = { ...entry, where: undefined };
    expect(
      speaksOf(asNamed, { position: `function analyze (${second})`, goal: `read pictures (${second})` }),
    ).toBe(false);
  });
  it('that says more than is open, or less, is a finding', () => {
    expect(changed('ATK-009', 'every region').join()).toContain(
      `function reviews does not read pictures (${second})`,
    );
    expect(changed('ATK-009', undefined).join()).toContain(
      `attack-goals-refused-or-accepted function reviews (${second}): read pictures (${second})`,
    );
  });
});

describe('a second region that is opened', () => {
  const stacks = templates.filter(({ stackName }) => stackName.includes('-prod-recovery-'));
  it('is told, when every policy, trust and boundary of all its stacks is open', () => {
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    const open = (principal?: unknown): unknown => ({
      Version: '2012-10-17',
      Statement: { Sid: 'Open', ...everything, ...(principal === undefined ? {} : { Principal: principal }) },
    });
    const opened = (resource: { Type: string; Properties?: Record<string, unknown> }): unknown => {
      const { Type, Properties = {} } = resource;
      const replaced: Record<string, Record<string, unknown>> = {
        'AWS::S3::BucketPolicy': { PolicyDocument: open('*') },
        'AWS::IAM::ManagedPolicy': { PolicyDocument: open() },
        'AWS::IAM::Role': {
          PermissionsBoundary: undefined,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
          },
        },
      };
      return { ...resource, Properties: { ...Properties, ...replaced[Type] } };
    };
    expect(stacks).toHaveLength(10);
    const mutated = templates.map((stack) => {
      if (!stacks.includes(stack)) return stack;
      const { template } = stack;
      const Resources = Object.fromEntries(
        Object.entries(template.Resources).map(([id, resource]) => [id, opened(resource)]),
      );
      return { ...stack, template: { ...template, Resources } };
    });
    const found = findings(proveAttacks(mutated).result.rows);
    const told = (start: string): string[] => found.filter((text) => text.includes(start));
    expect(told('attack-goals-refused-or-accepted administrator of dev: read pictures (').length).toBe(1);
    expect(told('attack-goals-refused-or-accepted function upload').length).toBeGreaterThan(4);
    expect(told('roles of production: without its boundary').length).toBe(1);
    expect(found.length).toBeGreaterThan(100);
  });
  const mistakes = attackMistakes(templates).filter(({ kind }) => kind === 'second region opened');
  it.each(attackMutantsOf(templates, () => proof).filter(({ kind }) => kind === 'second region opened'))(
    'is told of: $name',
    ({ run }) => {
      expect(run()).toMatchObject({ rule: 'attack-goals-refused-or-accepted' });
    },
  );
  it.each(['the policies of its buckets', 'its functions may do everything', 'everybody takes'])(
    'says the same when only what has another policy is asked again: %s',
    (detail) => {
      const mistake = mistakes.find(({ name }) => name.includes(detail));
      if (mistake === undefined) throw new RangeError(`There is no mistake ${detail}.`);
      const mutated = mistake.templates();
      const whole = proveAttacks(thawed(mutated)).result.rows;
      const again = proveAttacks(mutated, { since: { world, isStale: mistake.isStale } }).result.rows;
      expect(again).toEqual(whole);
      expect(findings(whole)).not.toEqual([]);
    },
  );
});
