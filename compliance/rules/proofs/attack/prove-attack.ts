import { RELEASED_STAGE, STAGE_NAMES } from '../../../../lib/config/schema';
import { DELIVERY_PREFIX, SECURITY_ADMINISTRATORS } from '../../../../lib/names';
import { applicationIdOf } from '../../../applications';
import type { EngineResult } from '../../../verdict-row';
import type { PolicyReader } from '../iam/account-policies';
import type { StackTemplate } from '../model/template';
import type { TemplateSet } from '../model/template-set';
import { ProofRows } from '../proof-rows';
import type { ReviewedResult } from '../reviewed-file';
import { type Approvals, digestOf, loadApprovals, unapproved } from '../../../register/approvals';
import { POLICIES } from '../../../register/load';
import { speaksOf, withoutRegion } from '../../../../tools/attack-regions';
import { type Ask, AttackWorld, type Holder, NOTHING_CHANGED, type Since } from './attack-world';
import { evaluateBoundaries } from './evaluate-boundaries';
import { evaluateRecheck } from './evaluate-recheck';
import { evaluateRoutes } from './evaluate-routes';
import { type AttackEntry, loadAttackEntries } from './entries';
import { acceptedLines, type Answers, answersOf, summariseAttacks } from './matrix';
import { Alerts } from './noticed';
import { globMatches } from '../iam/wildcards';
import { dig } from '../model/dig';
import { approversOf } from './positions';
import { approvalsBeforeAnything, isApproval, isDeployment, mayApprove, stepsOf } from './release-order';
import { summarisePipelines } from './pipeline-summary';
import { summariseOrganization } from '../iam/statements-summary';
import { ATTACK_RULES } from './rules';
import { heardAlerts, silentAttempts, succeeding, told } from './told-attempts';

export interface AttackProof {
  readonly result: EngineResult;
  readonly narratives: readonly string[];
  readonly reviewed: readonly ReviewedResult[];
  /** Absent where nothing could be asked. */
  readonly world?: AttackWorld;
}

const MATRIX = { resource: 'attack matrix', resourceType: 'matrix' };
/** CloudTrail hands events to CloudWatch Logs and EventBridge within about five minutes. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html */
const TRAIL_MINUTES = 5;

/** The minutes after which an alert tells at the earliest; undefined when the templates have none of the name. */
function minutesOf(set: TemplateSet, alert: string): number | undefined {
  const named = (type: string) => set.resources(type).find((each) => set.refOf(each).endsWith(`-${alert}`));
  const alarm = named('AWS::CloudWatch::Alarm');
  if (alarm) {
    // An alarm over an expression has its period with the metrics of that.
    const metrics = alarm.has('Metrics') ? alarm.list('Metrics') : [];
    const periods = metrics.map((each) => dig(each, 'MetricStat', 'Period') ?? 0);
    const period = alarm.property('Period') ?? Math.max(60, ...periods.map(Number));
    const seconds = Number(period) * Number(alarm.property('EvaluationPeriods') ?? 1);
    return TRAIL_MINUTES + Math.ceil(seconds / 60);
  }
  return named('AWS::Events::Rule') ? TRAIL_MINUTES : undefined;
}

/** Where an entry says that an alert tells, and its filters count no call of what is open; and the other way round. */
const unheard = (answers: Answers, entry: AttackEntry, alerts: Alerts): readonly string[] =>
  told(answers, alerts).ofEntry(JSON.stringify(entry), () => unheardAfresh(answers, entry, alerts));

function unheardAfresh(answers: Answers, entry: AttackEntry, alerts: Alerts): string[] {
  // What tells of the one region alone leaves the other silent.
  const deaf = (entry.where === 'its own region' ? answers.world.regions : [undefined]).flatMap((region) => {
    const heard = heardAlerts(answers, entry, alerts, region);
    const where = region === undefined ? '' : ` in ${region}`;
    return entry.noticedBy
      .filter(({ alert }) => !heard.has(alert))
      .map(({ alert }) => `${alert} counts no call on a way to what is open${where}`);
  });
  const silent = silentAttempts(answers, entry, alerts);
  const patterns = entry.untold.flatMap(({ attempts }) => attempts);
  const isNamed = (what: string): boolean => patterns.some((pattern) => globMatches(pattern, what));
  const unsaid = silent.filter((what) => !isNamed(what));
  const idle = patterns.filter((pattern) => !silent.some((what) => globMatches(pattern, what)));
  const succeeded = succeeding(answers, entry, (what) => isNamed(what) && !silent.includes(what));
  const broad = patterns.flatMap((pattern) => {
    const what = succeeded.find((each) => globMatches(pattern, each));
    return what === undefined || idle.includes(pattern) ? [] : [{ pattern, what }];
  });
  return [
    ...deaf,
    ...unsaid.map((what) => `no alert that it names tells of ${what}, and it does not say so`),
    ...patterns
      .filter((pattern) => pattern.startsWith('*'))
      .map((pattern) => `it says that nothing tells of ${pattern}, which names no attempt`),
    ...broad.map(
      ({ pattern, what }) =>
        `it says that nothing tells of ${pattern}, which also names ${what}: that is told`,
    ),
    ...idle.map((pattern) => `it says that nothing tells of ${pattern}, which is told or refused`),
  ];
}

function evaluateEntries(
  rows: ProofRows,
  world: AttackWorld,
  answers: Answers,
  entries: readonly AttackEntry[],
  approvals: Approvals,
): void {
  const { cells } = answers;
  const { account, deliveryAccount } = world.config;
  const alerts = Alerts.of([
    { account, set: world.application.set },
    { account: deliveryAccount, set: world.delivery.set },
  ]);
  for (const entry of entries) {
    const { positions, goals, noticedBy, acceptedBy } = entry;
    const subject = { resource: `${positions.join(', ')}: ${goals.join(', ')}`, resourceType: 'entry' };
    const ofEntry = cells.filter((cell) => speaksOf(entry, cell));
    const idle = [
      ...ofEntry.filter(({ open }) => !open).map(({ position, goal }) => `${position} does not ${goal}`),
      ...positions
        .filter(
          (position) =>
            !ofEntry.some((cell) => withoutRegion(cell.position).name === withoutRegion(position).name),
        )
        .map((position) => `nobody is ${position}`),
    ];
    rows.evaluate(ATTACK_RULES.entriesUsed, subject, idle, `accepted by ${acceptedBy}`);
    const late = [...noticedBy, ...entry.beyond].flatMap(({ alert, minutes }) => {
      const real = minutesOf(world.application.set, alert) ?? minutesOf(world.delivery.set, alert);
      if (real === undefined) return [`there is no alert ${alert} in the templates`];
      return minutes !== real ? [`${alert} tells after ${real} minutes at the earliest, not ${minutes}`] : [];
    });
    rows.evaluate(
      ATTACK_RULES.noticed,
      subject,
      [...late, ...(late.length > 0 ? [] : unheard(answers, entry, alerts))],
      'whatever tells of it is in the templates and counts a call of it; what no alert counts is said',
    );
    const open = unapproved(
      { id: entry.id, approver: acceptedBy },
      digestOf(entry),
      acceptedLines(entry, cells, world.config.account),
      { approvals, stage: RELEASED_STAGE },
    );
    rows.evaluate(ATTACK_RULES.approved, subject, open, `approved by ${acceptedBy}`);
  }
}

/** No role of ours is for people of another identity provider or of a foreign account, whatever its trust comes to say. */
function evaluateVouchedFor(rows: ProofRows, world: AttackWorld): void {
  const asked = [
    ...(['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'] as const).map((action) => ({
      resource: `identities of other providers: ${action}`,
      decide: (role: Holder) => world.decideVouchedFor(action, role),
    })),
    {
      resource: 'roles of foreign accounts: sts:AssumeRole',
      decide: (role: Holder) => world.decideForeign(role),
    },
  ];
  for (const { resource, decide } of asked) {
    const subject = { resource, resourceType: 'attack' };
    const verdicts = world.holders.map((role) => ({ role, ...decide(role) }));
    const open = verdicts.filter(({ decision }) => decision !== 'explicit-deny');
    rows.evaluate(
      ATTACK_RULES.cellsDecided,
      subject,
      open.slice(0, 3).map(({ role }) => `an open trust of ${role.name} lets them in`),
      `refused by ${[...new Set(verdicts.flatMap(({ by }) => by))].join(', ')}`,
    );
  }
}

/**
 * Each approval of a pipeline is one approver's to give and nobody else's, whatever else he may in the account; and a
 * release waits for approvals of more than one before anything acts on it.
 */
function evaluateTwoPeople(rows: ProofRows, world: AttackWorld): void {
  const approvers = Object.values(approversOf(world));
  const others = [
    ...world.holders,
    ...[world.config.account, world.config.deliveryAccount].map((account) => world.administrator(account)),
    world.permissionSet('security administrator', SECURITY_ADMINISTRATORS),
  ];
  const pipelines = world.delivery.set.resources('AWS::CodePipeline::Pipeline');
  const releases = pipelines.filter((pipeline) => stepsOf(pipeline).flat().some(isDeployment));
  for (const pipeline of releases) {
    const named = `pipeline ${world.delivery.set.refOf(pipeline)}`;
    evaluateRecheck(rows, world, pipeline);
    const first = approvalsBeforeAnything(pipeline);
    const givers = new Set(
      first.flatMap((approval) => approvers.filter((holder) => mayApprove(world, holder, approval))),
    );
    rows.evaluate(
      ATTACK_RULES.twoPeople,
      { resource: `${named}: before it changes itself`, resourceType: 'approvals' },
      givers.size > 1 ? [] : [`it waits for ${givers.size === 0 ? 'nobody' : 'one role alone'}`],
      `waits for ${[...givers].map(({ name }) => name).join(' and ')}`,
    );
    for (const approval of stepsOf(pipeline).flat().filter(isApproval)) {
      const may = [...approvers, ...others].filter((holder) => mayApprove(world, holder, approval));
      const right = may.length === 1 && may.every((holder) => approvers.includes(holder));
      rows.evaluate(
        ATTACK_RULES.twoPeople,
        { resource: `${named}: ${approval.stage}/${approval.name}`, resourceType: 'approval' },
        right ? [] : [`is given by ${may.map(({ name }) => name).join(', ') || 'nobody'}`],
        `is given by the ${may.map(({ name }) => name).join()} alone`,
      );
    }
  }
}

/** What gives a policy other words, or takes it away. */
const REWRITES = [
  'iam:CreatePolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
  'iam:SetDefaultPolicyVersion',
];

/**
 * CloudFormation makes roles under a boundary only, takes no boundary away, changes none unless its role is marked
 * for it, and makes no identity of another kind.
 */
function evaluateDeployersBounded(rows: ProofRows, world: AttackWorld): void {
  for (const deployer of world.holders.filter(({ name }) => name.startsWith('CloudFormation in '))) {
    const subject = {
      resource: `${deployer.name}: roles without a boundary, changed boundaries`,
      resourceType: 'attack',
    };
    const prefixes = ['delivery', ...STAGE_NAMES].map((stage) => `serverlessapp-${stage}-`);
    const asks: Ask[] = [
      ...['', ...prefixes].flatMap((prefix) =>
        ['iam:CreateRole', 'iam:DeleteRolePermissionsBoundary', 'iam:PutRolePolicy'].map((action) => ({
          action,
          resource: `arn:aws:iam::${deployer.account}:role/${prefix}made-role`,
        })),
      ),
      ...['iam:CreateUser', 'iam:CreateAccessKey'].map((action) => ({
        action,
        resource: `arn:aws:iam::${deployer.account}:user/made`,
      })),
      // No regulated account: whoever works there changes its boundary.
      ...(deployer.name === 'CloudFormation in dev' ? [] : prefixes).flatMap((prefix) =>
        REWRITES.map((action) => ({
          action,
          resource: `arn:aws:iam::${deployer.account}:policy/${prefix}permissions-boundary`,
        })),
      ),
    ];
    const open = asks.filter((ask) => world.decide(deployer, ask, NOTHING_CHANGED).decision === 'allow');
    rows.evaluate(
      ATTACK_RULES.cellsDecided,
      subject,
      open.slice(0, 3).map(({ action, resource }) => `may do ${action} on ${resource}`),
      `refused: ${asks.length} ways to an identity without a boundary or under another one`,
    );
  }
}

/** What nobody may, CloudFormation neither: open a function to the public, end a log, write to the repository. */
function evaluateDeployersRefused(rows: ProofRows, world: AttackWorld): void {
  for (const deployer of world.holders.filter(({ name }) => /^CloudFormation in (?!dev$)/.test(name))) {
    const place = world.placeOf(deployer.account);
    const prefix = `serverlessapp-${place === 'production' ? 'prod' : place}`;
    const asksIn = (arn: (service: string, resource: string) => string): Ask[] => [
      {
        action: 'lambda:AddPermission',
        resource: arn('lambda', `function:${prefix}-query`),
        context: { 'lambda:Principal': '*' },
      },
      { action: 'lambda:CreateFunctionUrlConfig', resource: arn('lambda', `function:${prefix}-query`) },
      ...['DeleteLogStream', 'DisassociateKmsKey'].map((action) => ({
        action: `logs:${action}`,
        resource: arn('logs', `log-group:/${prefix}/audit/trail`),
      })),
      ...['codeconnections', 'codestar-connections'].map((service) => ({
        action: `${service}:UseConnection`,
        resource: arn(service, 'connection/x'),
        context: { [`${service}:ProviderPermissionsRequired`]: 'read_write' },
      })),
    ];
    const asks = world.regions.flatMap((region) =>
      asksIn((service, resource) => `arn:aws:${service}:${region}:${deployer.account}:${resource}`),
    );
    const open = asks.filter((ask) => world.decide(deployer, ask, NOTHING_CHANGED).decision === 'allow');
    rows.evaluate(
      ATTACK_RULES.cellsDecided,
      {
        resource: `${deployer.name}: public functions, ended logs, writing to the repository`,
        resourceType: 'attack',
      },
      open.map(({ action, resource }) => `may do ${action} on ${resource}`),
      `refused: ${asks.length} calls that no release makes`,
    );
  }
}

export interface AttackOptions {
  readonly entries?: readonly AttackEntry[];
  readonly approvals?: Approvals;
  /** Puts another document in place of a policy's file; the self-test plants mistakes by it. */
  readonly read?: PolicyReader;
  /** What was asked before of nearly the same policies, so that only what may have changed is asked again. */
  readonly since?: Since;
}

/**
 * Evaluates a closed list of attacker positions against a closed list of goals, with the policies of the organisation in
 * force and every known escalation followed to its end.
 * @param templates every stack that is evaluated together; without the pipeline among them nothing is said.
 */
export function proveAttacks(
  templates: readonly StackTemplate[],
  { entries = loadAttackEntries(), approvals = loadApprovals(POLICIES), read, since }: AttackOptions = {},
): AttackProof {
  const rows = new ProofRows('proof-attack');
  const result = (): EngineResult => ({
    engine: 'proof-attack',
    version: '1',
    rows: rows.rows,
    rulesRun: Object.values(ATTACK_RULES).map(({ id }) => id),
    failures: [],
    notAssessed: [],
  });
  if (!templates.some(({ stackName }) => applicationIdOf(stackName) === DELIVERY_PREFIX)) {
    const told = 'The attack matrix needs the pipeline’s templates, which are evaluated with stage prod.';
    return { result: { ...result(), notAssessed: [told] }, narratives: [], reviewed: [] };
  }
  const narratives: string[] = [];
  const reviewed: ReviewedResult[] = [];
  let world: AttackWorld | undefined;
  rows.guarded(ATTACK_RULES.cellsDecided, MATRIX, () => {
    world = new AttackWorld(templates, read, since);
    const answers = answersOf(world);
    const { cells } = answers;
    for (const { position, goal, open, because } of cells) {
      const subject = { resource: `${position}: ${goal}`, resourceType: 'attack' };
      const entry = entries.find((each) => speaksOf(each, { position, goal }));
      const problems = open && entry === undefined ? because.slice(0, 3) : [];
      const good = open ? `open, accepted: ${entry?.remains ?? ''}` : `refused by ${because.join(', ')}`;
      rows.evaluate(ATTACK_RULES.cellsDecided, subject, problems, good);
    }
    evaluateVouchedFor(rows, world);
    evaluateBoundaries(rows, world);
    evaluateDeployersBounded(rows, world);
    evaluateDeployersRefused(rows, world);
    evaluateTwoPeople(rows, world);
    evaluateRoutes(rows, world);
    evaluateEntries(rows, world, answers, entries, approvals);
    const matrix = summariseAttacks(cells, world.config.account);
    rows.review(ATTACK_RULES.matrixReviewed, matrix);
    const pipelines = summarisePipelines(world.delivery.set);
    rows.review(ATTACK_RULES.pipelinesReviewed, pipelines);
    const organization = summariseOrganization(world.config, read);
    rows.review(ATTACK_RULES.organizationReviewed, organization);
    reviewed.push(matrix, pipelines, organization);
    narratives.push(
      `${cells.length} pairs of an attacker’s position and a goal: ${cells.filter(({ open }) => !open).length} refused, the others accepted by name in policies/attack-paths.yaml.`,
    );
  });
  return { result: result(), narratives, reviewed, ...(world === undefined ? {} : { world }) };
}
