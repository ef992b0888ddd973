import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AttackWorld, NOTHING_CHANGED } from '../../compliance/rules/proofs/attack/attack-world';
import { loadAttackEntries } from '../../compliance/rules/proofs/attack/entries';
import {
  isTold,
  loadHarmlessCalls,
  speaksOf,
  TELLING_SERVICES,
  unrefusedCalls,
} from '../support/unrefused-calls';
import { proveAttacks } from '../../compliance/rules/proofs/attack/prove-attack';
import { attemptsAt, GOALS, targetsOf } from '../../compliance/rules/proofs/attack/goals';
import { waysOf } from '../../compliance/rules/proofs/attack/primitives';
import { loadRegister } from '../../compliance/register/load';
import { attackMistakes, attackMutantsOf } from '../../compliance/self-test/attack-mutants';
import { frozen, type RawResource } from '../../compliance/self-test/mutant';
import { LATER_TAKEOVERS, HELD_BY_TESTS, FIRST_TAKEOVERS } from '../../compliance/self-test/takeovers';
import type { VerdictRow } from '../../compliance/verdict-row';
import { loadStageConfig } from '../../lib/config/load';
import { RELEASED_STAGE } from '../../lib/config/schema';
import { DELIVERY_TRAIL_ALERTS } from '../../lib/monitoring/delivery-trail-alerts';
import { ACCOUNT_ALERTS } from '../../lib/monitoring/trail-alerts';
import { BOUNDARY_CHANGE_TAG } from '../../lib/names';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { releaseStacks } from '../support/stage-templates';
import { thawed } from '../support/thawed';

// As in the self-test: what nobody can change is read once.
const templates = frozen(releaseStacks());
const entries = loadAttackEntries();
const findings = (rows: readonly VerdictRow[]): string[] =>
  rows
    .filter(({ verdict }) => verdict !== 'compliant')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);
const proof = proveAttacks(templates);
const { rows } = proof.result;
const { world } = proof;
if (world === undefined) throw new RangeError('There is no world to ask.');

describe('the attack matrix', () => {
  it('has no open path that nobody accepted, and no entry without a path or an alert', () => {
    expect(findings(rows)).toEqual([]);
  });
  it('asks every position for every goal', () => {
    const cells = rows.filter(({ rule }) => rule === 'attack-goals-refused-or-accepted');
    expect(cells.length).toBeGreaterThan(140);
    expect(cells.map(({ resource }) => resource)).toContain(
      'merge to the branch of releases: deploy unapproved',
    );
  });
  it('lets whoever merges reach nothing before a person has looked', () => {
    const merged = rows.filter(({ resource }) => resource.startsWith('merge to the branch of releases: '));
    expect(merged.map(({ message }) => message.split(' ')[0])).toEqual(merged.map(() => 'refused'));
  });
  it('is accepted by roles that may approve', () => {
    const { roles } = loadRegister();
    for (const { acceptedBy } of entries) expect(roles[acceptedBy]?.mayApprove).toBe(true);
  });
  it('finds an open path without its entry, an entry without a path, and an alert that is not there', () => {
    const [first, ...others] = entries;
    if (first === undefined) throw new RangeError('There is no entry.');
    // Entries accept what is open and open nothing: what was asked holds.
    const since = { world };
    const of = (changed: typeof entries) =>
      findings(proveAttacks(templates, { entries: changed, since }).result.rows).map(
        (text) => text.split(' ')[0],
      );
    expect(of(others)).toContain('attack-goals-refused-or-accepted');
    const idle = { ...first, positions: ['auditor'], noticedBy: [{ alert: 'no-such-alert', minutes: 9 }] };
    expect(of([...entries, idle])).toEqual(
      expect.arrayContaining(['attack-entries-used', 'attack-paths-noticed']),
    );
    expect(
      of([{ ...first, noticedBy: [{ alert: 'access-denied-spike', minutes: 1 }] }, ...others]),
    ).toContain('attack-paths-noticed');
  });
  it('finds an alert that counts no call of the path, a way that is silent, and one that is said to be', () => {
    const since = { world, isStale: () => false };
    const noticed = (id: string, change: Partial<(typeof entries)[number]>) =>
      findings(
        proveAttacks(templates, {
          entries: entries.map((each) => (each.id === id ? { ...each, ...change } : each)),
          since,
        }).result.rows,
      )
        .filter((text) => text.startsWith('attack-paths-noticed'))
        .join();
    const deaf = noticed('ATK-005', { noticedBy: [{ alert: 'sign-in-failures', minutes: 10 }] });
    expect(deaf).toContain('sign-in-failures counts no call on a way to what is open');
    expect(deaf).toContain('no alert that it names tells of lambda:UpdateFunctionCode');
    const withoutBoth = entries
      .find(({ id }) => id === 'ATK-005')
      ?.noticedBy.filter(({ alert }) => !/^(?:deployed-outside|release-started)/.test(alert));
    expect(noticed('ATK-005', { noticedBy: withoutBoth ?? [] })).toContain('cloudformation:ExecuteChangeSet');
    expect(noticed('ATK-012', { untold: [] })).toContain('tells of states:StartSyncExecution');
    const idle = { attempts: ['kms:DisableKey'], because: 'x'.repeat(30), within: 'a day' };
    expect(noticed('ATK-005', { untold: [idle] })).toContain('nothing tells of kms:DisableKey, which is');
    // One pattern for all is no word about any.
    expect(noticed('ATK-008', { untold: [{ ...idle, attempts: ['*'] }] })).toMatch(
      /nothing tells of \*, which also names .+: that is told/,
    );
    expect(noticed('ATK-012', { untold: [{ ...idle, attempts: ['*'] }] })).toContain('names no attempt');
    for (const minutes of [9, 11])
      expect(noticed('ATK-011', { beyond: [{ alert: 'access-denied-spike', minutes }] })).toContain(
        `access-denied-spike tells after 10 minutes at the earliest, not ${minutes}`,
      );
  });
  it.each([
    'statement of the organisation removed: OnlyReleasesChangeIam of scp-releases',
    'two-person chain broken: CloudFormation of the delivery account is an administrator',
    'platform’s calls left to code: the stream’s function may read the stream itself',
    'two-person chain broken: the build that signs runs the repository',
    'routes of one role opened: the API has no policy',
  ])('says the same when only what may have changed is asked again: %s', (name) => {
    const mistake = attackMistakes(templates).find((each) => each.name === name);
    if (mistake === undefined) throw new RangeError(`There is no mistake ${name}.`);
    const { read, isStale } = mistake;
    const options = read === undefined ? {} : { read };
    const mutated = mistake.templates();
    const whole = proveAttacks(thawed(mutated), options).result.rows;
    expect(proveAttacks(mutated, { ...options, since: { world, isStale } }).result.rows).toEqual(whole);
    expect(findings(whole)).not.toEqual([]);
  });
  // In no template: only who was asked before knows under which boundary. Of today's matrix no cell depends on it alone.
  it('says the same of roles that an attacker makes under another boundary', () => {
    const isBoundary = ({ Type, Properties }: RawResource): boolean =>
      Type === 'AWS::IAM::ManagedPolicy' &&
      JSON.stringify(Properties['ManagedPolicyName']).includes('permissions-boundary');
    const anything = {
      Version: '2012-10-17',
      Statement: [{ Sid: 'Anything', Effect: 'Allow', Action: '*', Resource: '*' }],
    };
    const mutated = templates.map((stack) => {
      const { Resources } = stack.template;
      const widened = Object.entries(Resources).map(([id, resource]): [string, RawResource] => [
        id,
        isBoundary(resource)
          ? frozen({ ...resource, Properties: { ...resource.Properties, PolicyDocument: anything } })
          : resource,
      ]);
      return { ...stack, template: { ...stack.template, Resources: Object.fromEntries(widened) } };
    });
    const opened = new Set(
      world.application.inventory.resourcePolicies
        .concat(world.delivery.inventory.resourcePolicies)
        .map(({ arn }) => arn),
    );
    const asksOf = (of: AttackWorld) =>
      GOALS.flatMap((goal) => attemptsAt(goal, of, targetsOf(of)).flatMap(({ asks }) => asks));
    const answersOf = (of: AttackWorld) => {
      const { madeIn } = waysOf(of);
      const made = [of.config.account, of.config.deliveryAccount].flatMap(madeIn);
      return made.flatMap(({ holder }) =>
        [NOTHING_CHANGED, { ...NOTHING_CHANGED, opened }].flatMap((changes) =>
          asksOf(of).map((ask) => [holder.name, ask.action, ask.resource, of.decide(holder, ask, changes)]),
        ),
      );
    };
    const before = answersOf(world);
    const afresh = answersOf(new AttackWorld(mutated));
    expect(
      answersOf(new AttackWorld(mutated, undefined, { world, isStale: 'where a policy is another' })),
    ).toEqual(afresh);
    expect(afresh).not.toEqual(before);
  });
  it('has the mistakes that open what was found open anew, as far as they are its own', () => {
    const names = attackMistakes(templates).map(({ name }) => name);
    const mine = Object.values({ ...FIRST_TAKEOVERS, ...LATER_TAKEOVERS })
      .flat()
      .filter((name) => /^(?:statement of|two-person|platform’s)/.test(name));
    expect(mine.filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(FIRST_TAKEOVERS)).toHaveLength(12);
    expect(Object.keys(HELD_BY_TESTS).filter((way) => FIRST_TAKEOVERS[way] === undefined)).toEqual([]);
    const tests = Object.values(HELD_BY_TESTS).flat();
    expect(tests.filter((file) => !existsSync(path.join(PROJECT_ROOT, file)))).toEqual([]);
  });
  // The others run in the self-test.
  it.each(
    attackMutantsOf(templates, () => proof).filter(
      ({ kind, name }) =>
        (kind.includes('chain') && !/security approver gives|that no statement knows/.test(name)) ||
        kind === 'routes of one role opened' ||
        kind === 'pipeline changed unread' ||
        kind === 'alert of an open path made deaf' ||
        kind === 'action of the organisation left out' ||
        name.includes('NobodyRewritesBoundary'),
    ),
  )('is told of: $name', ({ name, run }) => {
    const rules = [
      [
        /: (?:only the gate|the approvals do not say|an approval shows|the build that signs is not given|what evaluates)/,
        'attack-gate-does-not-speak-for-itself',
      ],
      [/^pipeline changed unread/, 'attack-pipelines-reviewed'],
      [/^alert of an open path made deaf/, 'attack-paths-noticed'],
      [/left out: backup:/, 'attack-organization-reviewed'],
      [/: (?:the API has no policy|the decision is left out)/, 'attack-routes-of-one-role'],
      [/./, 'attack-goals-refused-or-accepted'],
    ] as const;
    expect(run()).toMatchObject({ rule: rules.find(([pattern]) => pattern.test(name))?.[1] });
  });
});

describe('what a grant asks its caller for', () => {
  const { account, region } = world.config;
  const mapping = {
    action: 'lambda:UpdateEventSourceMapping',
    resource: `arn:aws:lambda:${region}:${account}:event-source-mapping:x`,
  };
  const decided = (holder: string, ask: Parameters<AttackWorld['decide']>[1]) =>
    world.decide(world.holder(holder), ask, NOTHING_CHANGED).decision;
  it('is filled in: the operator changes the mapping of the function that its grant names', () => {
    expect(decided('operator', mapping)).toBe('allow');
  });
  it('is not what the ask says otherwise: another function’s mapping', () => {
    const context = {
      'lambda:FunctionArn': `arn:aws:lambda:${region}:${account}:function:serverlessapp-prod-erase`,
    };
    expect(decided('operator', { ...mapping, context })).toBe('implicit-deny');
  });
  it('is not filled in where it says how a request comes, or where its absence is what is asked about', () => {
    const keys = world.application.inventory.resourcePolicies.filter(({ arn }) => arn.includes(':key/'));
    expect(keys.length).toBeGreaterThan(3);
    for (const { arn } of keys)
      expect(decided('break-glass', { action: 'kms:Decrypt', resource: arn })).not.toBe('allow');
    const resource = `arn:aws:iam::${account}:role/serverlessapp-prod-made-role`;
    expect(decided('CloudFormation in production', { action: 'iam:CreateRole', resource })).not.toBe('allow');
  });
});

describe('what CloudFormation’s role itself may not', () => {
  const deployer = world.holder('CloudFormation in production');
  const { account, region } = world.config;
  it.each([
    [
      'lambda:CreateFunction',
      `arn:aws:lambda:${region}:${account}:function:serverlessapp-prod-x`,
      'FunctionsInsideTheNetwork',
    ],
    ['ec2:CreateVpcEndpoint', `arn:aws:ec2:${region}:${account}:vpc-endpoint/*`, 'EndpointsToAwsOnly'],
    ['ec2:CreateDefaultVpc', '*', 'NoWayToTheInternet'],
    [
      'iam:CreatePolicyVersion',
      `arn:aws:iam::${account}:policy/serverlessapp-prod-permissions-boundary`,
      'NobodyRewritesBoundary',
    ],
    [
      'iam:SetDefaultPolicyVersion',
      `arn:aws:iam::${account}:policy/serverlessapp-prod-permissions-boundary`,
      'NobodyRewritesBoundary',
    ],
    ['iam:AttachRolePolicy', deployer.arn, 'NobodyChangesDeployers'],
    ['iam:TagRole', deployer.arn, 'NobodyChangesDeployers'],
    ['iam:CreateOpenIDConnectProvider', `arn:aws:iam::${account}:oidc-provider/x`, 'NoOtherWayIn'],
    [
      'cloudwatch:PutAlarmMuteRule',
      `arn:aws:cloudwatch:${region}:${account}:alarm-mute-rule:x`,
      'NobodySilencesAlarms',
    ],
    ['guardduty:CreateFilter', `arn:aws:guardduty:${region}:${account}:detector/x`, 'NobodyStopsDetectors'],
  ])('%s on %s: %s', (action, resource, sid) => {
    const { decision, by } = world.decide(deployer, { action, resource }, NOTHING_CHANGED);
    expect(decision).toBe('explicit-deny');
    expect(by.map((origin) => origin.split('#')[1])).toContain(sid);
  });
  it.each([
    ['iam:CreateRole', 'role/serverlessapp-delivery-made-role'],
    ['iam:AttachRolePolicy', 'role/serverlessapp-delivery-self-update-role'],
    ['iam:PassRole', 'role/any'],
    ['iam:CreatePolicyVersion', 'policy/serverlessapp-delivery-deployment-pipeline'],
    ['iam:CreatePolicyVersion', 'policy/serverlessapp-delivery-permissions-boundary'],
    ['iam:PutRolePolicy', 'role/serverlessapp-delivery-sign-role'],
    ['iam:PutRolePermissionsBoundary', 'role/serverlessapp-delivery-sign-role'],
    ['iam:DeleteRolePermissionsBoundary', 'role/serverlessapp-delivery-sign-role'],
    [
      'iam:UpdateAssumeRolePolicy',
      `role/cdk-hnb659fds-cfn-exec-role-${world.config.deliveryAccount}-${region}`,
    ],
    ['iam:TagRole', `role/cdk-hnb659fds-cfn-exec-role-${world.config.deliveryAccount}-${region}`],
    ['iam:CreateUser', 'user/x'],
    ['iam:CreateAccessKey', 'user/x'],
    ['iam:CreateSAMLProvider', 'saml-provider/x'],
    ['sts:AssumeRole', 'role/serverlessapp-delivery-sign-role'],
  ])('nor %s on %s in the delivery account', (action, name) => {
    const inDelivery = world.holder('CloudFormation in delivery');
    const resource = `arn:aws:iam::${world.config.deliveryAccount}:${name}`;
    expect(world.decide(inDelivery, { action, resource }, NOTHING_CHANGED).decision).not.toBe('allow');
  });
  it('nor change the boundary of the delivery account where the organisation’s policies are not attached', () => {
    const { deliveryAccount } = world.config;
    const resource = `arn:aws:iam::${deliveryAccount}:policy/serverlessapp-delivery-permissions-boundary`;
    const alone = { ...NOTHING_CHANGED, aboveOrganization: true };
    for (const action of ['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:SetDefaultPolicyVersion'])
      expect(
        world.decide(world.holder('CloudFormation in delivery'), { action, resource }, alone),
      ).toMatchObject({ decision: 'explicit-deny', by: [expect.stringContaining('NotItsBoundary')] });
  });
  it('nor make a role that deploys: one with every right under the boundary takes no role of production', () => {
    const arn = `arn:aws:iam::${world.config.deliveryAccount}:role/serverlessapp-delivery-made-role`;
    const made = { ...world.holder("delivery's gate"), name: 'made', arn };
    const widened = { ...NOTHING_CHANGED, widened: new Set([arn]) };
    for (const purpose of ['deploy role in production', 'CloudFormation in production', 'break-glass'])
      expect([
        purpose,
        world.decide(made, { action: 'sts:AssumeRole', resource: world.holder(purpose).arn }, widened)
          .decision,
      ]).not.toEqual([purpose, 'allow']);
    for (const action of [
      'iam:CreateUser',
      'iam:CreateAccessKey',
      'iam:CreateRole',
      'codebuild:UpdateProject',
    ])
      expect([action, world.decide(made, { action, resource: '*' }, widened).decision]).not.toEqual([
        action,
        'allow',
      ]);
  });
  it('nor use a key of the delivery account, whatever the key’s policy comes to say', () => {
    const inDelivery = world.holder('CloudFormation in delivery');
    const resource = `arn:aws:kms:${region}:${world.config.deliveryAccount}:key/any`;
    for (const action of ['kms:Decrypt', 'kms:Sign', 'kms:CreateGrant'])
      expect(
        world.decide(inDelivery, { action, resource }, { ...NOTHING_CHANGED, opened: new Set([resource]) }),
      ).toMatchObject({ decision: 'explicit-deny', by: [expect.stringContaining('NeverUsesKeys')] });
  });
  it('changes the boundary when the security administrators have marked it', () => {
    const ask = {
      action: 'iam:CreatePolicyVersion',
      resource: `arn:aws:iam::${account}:policy/serverlessapp-prod-permissions-boundary`,
      context: { [`aws:PrincipalTag/${BOUNDARY_CHANGE_TAG}`]: 'approved' },
    };
    expect(world.decide(deployer, ask, NOTHING_CHANGED).decision).toBe('allow');
  });
});

/** A positive test of whether an AWS service asks is false for somebody anonymous, to whom the key does not come. */
it('no Deny of the policies asks whether an AWS service is there without minding that the key may be absent', () => {
  const folder = path.join(__dirname, '../../policies');
  const files = ['perimeter', 'keys', 'endpoints', 'organization'].flatMap((name) =>
    readdirSync(path.join(folder, name))
      .filter((file) => file.endsWith('.json'))
      .map((file) => path.join(folder, name, file)),
  );
  const bare = files.flatMap((file) => {
    const { Statement = [] } = JSON.parse(readFileSync(file, 'utf8')) as {
      Statement?: { Sid: string; Effect: string; Condition?: Record<string, Record<string, unknown>> }[];
    };
    return Statement.filter(
      ({ Effect, Condition }) =>
        Effect === 'Deny' &&
        /aws:(?:PrincipalIsAWSService|ViaAWSService)":"false"/.test(
          JSON.stringify(Condition?.['Bool'] ?? {}),
        ),
    ).map(({ Sid }) => `${path.basename(file)}: ${Sid}`);
  });
  expect(bare).toEqual([]);
});

describe('what administrators and releases may change, by AWS’s list of actions', () => {
  const { account, deliveryAccount } = loadStageConfig(RELEASED_STAGE);
  const harmless = loadHarmlessCalls();
  /** Whoever deploys changes everything, but not what would tell of it without a word. */
  const asked = (
    [
      ['production', account, ACCOUNT_ALERTS, undefined],
      ['delivery', deliveryAccount, DELIVERY_TRAIL_ALERTS, undefined],
      ['releases', account, ACCOUNT_ALERTS, 'CloudFormation in production'],
      ['releases', deliveryAccount, DELIVERY_TRAIL_ALERTS, 'CloudFormation in delivery'],
    ] as const
  ).map(([where, id, alerts, deployer]) => {
    const patterns = alerts.flatMap((alert) => alert.patterns);
    const calls =
      deployer === undefined
        ? unrefusedCalls(world, id)
        : unrefusedCalls(world, id, world.holder(deployer), TELLING_SERVICES);
    const address = deployer === undefined ? undefined : 'cloudformation.amazonaws.com';
    return { where, untold: calls.filter(({ action }) => !isTold(action, patterns, address)) };
  });
  it('is refused, told by an alarm, or said to be harmless with its reason', () => {
    const open = asked.flatMap(({ where, untold }) =>
      untold
        .filter(({ action }) => !harmless.some((entry) => speaksOf(entry, action, where)))
        .map(({ action, resource }) => `${where}: ${action} on ${resource}`),
    );
    expect(open).toEqual([]);
  });
  it('is said of what is there', () => {
    const idle = harmless.flatMap((entry) =>
      entry.actions.filter((pattern) =>
        asked.every(({ where, untold }) =>
          untold.every(({ action }) => !speaksOf({ ...entry, actions: [pattern] }, action, where)),
        ),
      ),
    );
    expect(idle).toEqual([]);
  });
});
