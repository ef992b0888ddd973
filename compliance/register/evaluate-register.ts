import { applicationIdOf } from '../applications';
import type { Assembly } from '../assembly/assembly';
import type { TestResult } from '../controls/test-results';
import type { EngineResult, VerdictRow } from '../verdict-row';
import { type Approvals, digestOf, findingLine, unapproved } from './approvals';
import { notCompensated } from './compensation';
import { applyRegister, appliesTo, isAtOrBelow, isEveryFinding, pathsOf, ruleCovers } from './match';
import type { RegisterEntry } from './schema';

/** What every rule of the register bears on. */
export const REGISTER_CONTROLS = ['NIST-800-53-R5:CA-5'];

export interface RegisterContext {
  readonly stage: string;
  /** Today by the clock, as YYYY-MM-DD. */
  readonly today: string;
  /** The day by which ends are evaluated, where that is a later one: the commit's, or the one that the pack states. */
  readonly latest?: string;
  readonly assembly: Assembly;
  /** What the engines returned, before the register was applied. */
  readonly results: readonly EngineResult[];
  readonly projectRoot: string;
  /** Results of tests on the same sources; none where nobody ran them. */
  readonly tests?: readonly TestResult[];
  /** None for a register whose approvals are not written down here; then nothing is said of them. */
  readonly approvals: Approvals | undefined;
  /** Ids of applications that are evaluated under this stage and are not among the templates: nothing is said of them. */
  readonly absent?: ReadonlySet<string>;
}

/** The whole register besides: what it covers elsewhere is not held against a compensating control. */
type Context = RegisterContext & { readonly entries: readonly RegisterEntry[] };

const UNAPPROVED = 'UNAPPROVED';
const NOTICE_DAYS = 30;
const DAY = 86_400_000;
/** An exception is a decision on some resources, not on a system. */
const MAXIMUM_RESOURCES = 40;

export const daysUntil = (date: string, today: string): number =>
  Math.round((Date.parse(date) - Date.parse(today)) / DAY);

/** The rules that the register itself must keep; each entry is evaluated by every one of them. */
const RULES: readonly {
  readonly id: string;
  readonly title: string;
  readonly evaluate: (entry: RegisterEntry, context: Context) => string[];
}[] = [
  { id: 'EXPIRED', title: 'The exception has not expired', evaluate: expired },
  {
    id: 'TOO-BROAD',
    title: 'The exception names single rules and constructs below a stack',
    evaluate: tooBroad,
  },
  {
    id: 'UNKNOWN-CONSTRUCT',
    title: 'Every construct that the exception names exists',
    evaluate: unknownConstruct,
  },
  {
    id: 'UNKNOWN-RULE',
    title: 'Every rule that the exception names is one that its engine runs',
    evaluate: unknownRule,
  },
  { id: 'UNUSED', title: 'Every rule and construct of the exception covers a finding', evaluate: unused },
  {
    id: 'COMPENSATION',
    title: 'The check that shows the compensating control ran and passed on what is excepted',
    evaluate: (entry, context) =>
      notCompensated(entry, pathsPresent(entry, context), {
        ...context,
        isAbsent: (ancestor) => isAbsent(ancestor, context),
      }),
  },
  {
    id: UNAPPROVED,
    title: 'Whoever has to decide approved the exception as it stands, and each of its findings',
    evaluate: notApproved,
  },
];
export const REGISTER_RULES: readonly string[] = RULES.map(({ id }) => id);

/**
 * One row for each entry and register rule. Entries of other stages are not evaluated here.
 * @param place - where the register lies.
 */
export function evaluateRegister(
  entries: readonly RegisterEntry[],
  context: RegisterContext,
  place = 'policies/exceptions.yaml',
): VerdictRow[] {
  return entries
    .filter((entry) => appliesTo(entry, context.stage) && pathsPresent(entry, context).length > 0)
    .flatMap((entry) =>
      RULES.filter(({ id }) => id !== UNAPPROVED || context.approvals !== undefined).map(
        ({ id, title, evaluate }): VerdictRow => {
          const reasons = evaluate(entry, { ...context, entries });
          const notice = id === 'EXPIRED' && reasons.length === 0 ? expiryNotice(entry, context) : undefined;
          return {
            engine: 'exceptions-register',
            rule: id,
            title,
            resource: entry.id,
            resourceType: 'exception',
            verdict: reasons.length > 0 ? 'non-compliant' : 'compliant',
            controls: REGISTER_CONTROLS,
            strength: 'property',
            severity: reasons.length > 0 ? 'error' : notice === undefined ? 'note' : 'warning',
            message: reasons.length > 0 ? reasons.join(' ') : (notice ?? ''),
            remedy:
              id === UNAPPROVED
                ? `Have ${entry.approver} decide, then write it down: npm run compliance -- approve ${entry.id} --by ${entry.approver} --on YYYY-MM-DD.`
                : `Fix or delete ${entry.id} in ${place}.`,
            source: { file: place, line: 1 },
          };
        },
      ),
    );
}

function expired(entry: RegisterEntry, { today, latest = today }: RegisterContext): string[] {
  return entry.expires < latest ? [`It expired on ${entry.expires}; it is evaluated on ${latest}.`] : [];
}

function expiryNotice(entry: RegisterEntry, { today, latest = today }: RegisterContext): string | undefined {
  const days = daysUntil(entry.expires, latest);
  return days <= NOTICE_DAYS
    ? `It expires in ${days} days, on ${entry.expires}: fix the finding or renew the decision with ${entry.approver}.`
    : undefined;
}

function tooBroad(entry: RegisterEntry, { stage, assembly }: RegisterContext): string[] {
  const resources = assembly.stacks.flatMap((stack) => stack.resources);
  const stackPaths = new Set(
    resources.map(({ constructPath }) => constructPath?.split('/').slice(0, -1).join('/') ?? ''),
  );
  const provenInstead = entry.compensatingControl.shownBy.some(
    (evidence) => 'engine' in evidence && evidence.engine.startsWith('proof-'),
  );
  return [
    ...Object.values(entry.rules)
      .flat()
      .filter((rule) => isEveryFinding(rule) && !provenInstead)
      .map((rule) => `"${rule}" covers every finding, which only a proof named under shownBy can justify.`),
    ...Object.values(entry.rules)
      .flat()
      .filter((rule) => /[*?]/.test(rule.replace(/\[.*\]$/s, '')) || /^[\w.]+::?$/.test(rule) || rule === '')
      .map((rule) => `"${rule}" is not one rule.`),
    ...pathsOf(entry, stage).flatMap((ancestor) => {
      if (/[*?]/.test(ancestor)) return [`"${ancestor}" is a pattern; name the construct.`];
      const isStackOrAbove = assembly.stacks.some((stack) =>
        stack.resources.every(
          ({ constructPath }) => constructPath !== undefined && isAtOrBelow(constructPath, ancestor),
        ),
      );
      const covered = resources.filter(({ constructPath }) =>
        isAtOrBelow(constructPath ?? '', ancestor),
      ).length;
      const isResource = resources.some(({ constructPath }) => constructPath === ancestor);
      if (isStackOrAbove && !isResource) return [`${ancestor} is a whole stack or more.`];
      return covered > MAXIMUM_RESOURCES && stackPaths.has(ancestor)
        ? [`${ancestor} covers ${covered} resources; at most ${MAXIMUM_RESOURCES}.`]
        : [];
    }),
  ];
}

function unknownConstruct(entry: RegisterEntry, context: RegisterContext): string[] {
  const { assembly } = context;
  const known = assembly.stacks.flatMap(({ resources }) =>
    resources.map(({ constructPath }) => constructPath ?? ''),
  );
  return pathsPresent(entry, context)
    .filter((ancestor) => !known.some((constructPath) => isAtOrBelow(constructPath, ancestor)))
    .map((ancestor) => `There is no construct ${ancestor}.`);
}

const rulesThatRan = (
  entry: RegisterEntry,
  { results }: RegisterContext,
): { result: EngineResult; rule: string }[] =>
  results.flatMap((result) =>
    ((entry.rules as Partial<Record<string, string[]>>)[result.engine] ?? []).map((rule) => ({
      result,
      rule,
    })),
  );

function unknownRule(entry: RegisterEntry, context: RegisterContext): string[] {
  return rulesThatRan(entry, context)
    .filter(({ result, rule }) => !result.rulesRun.includes(rule.replace(/\[.*\]$/s, '')))
    .map(({ result, rule }) => `${result.engine} has no rule ${rule}.`);
}

const isAbsent = (constructPath: string, { absent }: RegisterContext): boolean =>
  absent?.has(applicationIdOf(constructPath.split('/')[0] ?? '') ?? '') ?? false;

const pathsPresent = (entry: RegisterEntry, context: RegisterContext): string[] =>
  pathsOf(entry, context.stage).filter((ancestor) => !isAbsent(ancestor, context));

/** What an entry covers of what the engines found. */
export const findingsOf = (
  entry: RegisterEntry,
  { results, stage }: Pick<RegisterContext, 'results' | 'stage'>,
): VerdictRow[] =>
  results.flatMap(({ rows }) =>
    applyRegister(rows, [entry], stage).filter(({ verdict }) => verdict === 'excepted'),
  );

const MOST_DAYS = 366;

function notApproved(entry: RegisterEntry, context: RegisterContext): string[] {
  const { approvals = new Map() as Approvals } = context;
  const found = findingsOf(entry, context).map((row) => findingLine(row, context.stage));
  const approval = approvals.get(entry.id);
  return [
    ...unapproved(entry, digestOf(entry), found, { approvals, stage: context.stage }),
    ...(approval !== undefined && approval.on > context.today
      ? [`It is approved on ${approval.on}; today is ${context.today}.`]
      : []),
    ...(approval !== undefined && daysUntil(entry.expires, approval.on) > MOST_DAYS
      ? [`It would stand for more than a year: from ${approval.on} until ${entry.expires}.`]
      : []),
  ];
}

function unused(entry: RegisterEntry, context: RegisterContext): string[] {
  const rules = rulesThatRan(entry, context);
  if (rules.length === 0) return [];
  const isWhole = pathsOf(entry, context.stage).every((ancestor) => !isAbsent(ancestor, context));
  const everyEngineRan = rules.length === Object.values(entry.rules).flat().length;
  const covered = findingsOf(entry, context);
  return [
    // A rule may find something in the application that is not here.
    ...(isWhole ? rules : [])
      .filter(
        ({ result, rule }) =>
          !covered.some((row) => row.engine === result.engine && ruleCovers(rule, row.rule)),
      )
      .map(({ result, rule }) => `${result.engine}'s ${rule} finds nothing there any more.`),
    ...(everyEngineRan ? pathsPresent(entry, context) : [])
      .filter((ancestor) => !covered.some(({ constructPath }) => isAtOrBelow(constructPath ?? '', ancestor)))
      .map((ancestor) => `Nothing is found in ${ancestor} any more.`),
  ];
}
