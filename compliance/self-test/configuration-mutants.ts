import { FUNCTION_CALLS, FUNCTION_IDS } from '../../lambda/functions';
import { ConfigurationError, loadStageConfig, parseStageConfig } from '../../lib/config/load';
import { regionalApplicationIds } from '../applications';
import type { Assembly } from '../assembly/assembly';
import { type PinnedRules, pinFailures } from '../pinned-rules';
import { proveIam } from '../rules/proofs/iam/prove-iam';
import { DECLARED_NEEDS } from '../rules/proofs/iam/declared-needs';
import type { StackTemplate } from '../rules/proofs/model/template';
import { proveNetwork } from '../rules/proofs/network/prove-network';
import { byApplication, templatesOf } from '../rules/proofs/prove';
import { accepted, differences } from '../rules/proofs/reviewed-file';
import type { Approvals } from '../register/approvals';
import { evaluateRegister } from '../register/evaluate-register';
import { loadRegister } from '../register/load';
import { type RegisterEntry, registerSchema } from '../register/schema';
import type { EngineName, EngineResult, VerdictRow } from '../verdict-row';
import type { Catch } from './catchers';

/** A mistake, or tampering, outside the templates; run by the very code that has to notice it. */
export interface ConfigurationMutant {
  readonly kind: string;
  readonly name: string;
  readonly run: () => Catch | undefined;
}

type Json = Record<string, unknown>;
const finding = (catcher: string, rows: readonly VerdictRow[], rule?: string): Catch | undefined => {
  const row = rows.find(
    ({ verdict, rule: id }) => verdict === 'non-compliant' && (rule === undefined || id === rule),
  );
  return row && { catcher, rule: row.rule, message: row.message };
};

/** Entries of the register that its schema must refuse. */
function malformedEntries(entries: readonly RegisterEntry[]): ConfigurationMutant[] {
  const [first] = entries;
  if (!first) return [];
  const without = (name: keyof RegisterEntry): Json =>
    Object.fromEntries(Object.entries(first).filter(([key]) => key !== name));
  const broken: Record<string, unknown[]> = {
    'exception without expiry': [without('expires')],
    'exception without approver': [without('approver')],
    'exception without owner': [without('owner')],
    'exception without reason': [without('reason')],
    'exception without risk': [without('risk')],
    'exception without compensating control': [without('compensatingControl')],
    'exception without ticket': [without('ticket')],
    'exception without resources': [{ ...first, resources: [] }],
    'exception approved by its owner': [{ ...first, approver: first.owner }],
    'exception for an engine that is none': [{ ...first, rules: { 'no-such-engine': ['X-1'] } }],
    'exception with a field nobody reads': [{ ...first, note: 'please' }],
    'exception under an id that is taken': [first, first],
    'exception taken out without being retired': [{ ...first, id: 'EXC-002' }],
  };
  return Object.entries(broken).map(([kind, exceptions]) => ({
    kind,
    name: `${kind} in the register`,
    run: () => {
      const parsed = registerSchema.safeParse({ exceptions });
      const [issue] = parsed.error?.issues ?? [];
      return (
        issue && {
          catcher: 'exceptions-register',
          rule: 'schema',
          message: `${issue.path.join('.')}: ${issue.message}`,
        }
      );
    },
  }));
}

/** Entries that are well formed and yet must not stand. */
function unwantedEntries(
  entries: readonly RegisterEntry[],
  stage: string,
  assembly: Assembly,
  pins: PinnedRules,
  approvals: Approvals,
): ConfigurationMutant[] {
  const [first] = entries.filter(
    ({ stages, compensatingControl }) =>
      stages === undefined && compensatingControl.shownBy.some((evidence) => 'engine' in evidence),
  );
  if (!first) return [];
  const [engine = 'checkov'] = Object.keys(first.rules);
  const unwanted: Record<string, readonly [RegisterEntry, rule: string]> = {
    'exception expired': [{ ...first, expires: '2020-01-01' }, 'EXPIRED'],
    'exception for every rule': [{ ...first, rules: { [engine]: ['*'] } }, 'TOO-BROAD'],
    'exception for the whole stage': [{ ...first, resources: ['serverlessapp-{stage}'] }, 'TOO-BROAD'],
    'exception for a construct that is none': [
      { ...first, resources: ['serverlessapp-{stage}/no/such/Thing'] },
      'UNKNOWN-CONSTRUCT',
    ],
    'exception for a rule that is none': [
      { ...first, rules: { [engine]: ['NO-SUCH-RULE'] } },
      'UNKNOWN-RULE',
    ],
    'exception that covers nothing': [first, 'UNUSED'],
    'exception whose compensation never ran': [first, 'COMPENSATION'],
    'exception changed after its approval': [{ ...first, reason: `${first.reason} And more.` }, 'UNAPPROVED'],
    'exception for longer than a year': [{ ...first, expires: '2031-01-01' }, 'UNAPPROVED'],
  };
  // Every engine ran its rules and found nothing: there is nothing to except, and nothing that shows a compensation.
  const results = (Object.entries(pins) as [EngineName, { version: string; rules: string[] }][]).map(
    ([name, { version, rules }]): EngineResult => ({
      engine: name,
      version,
      rows: [],
      rulesRun: rules,
      failures: [],
      notAssessed: [],
    }),
  );
  const context = { stage, today: '2026-01-01', assembly, results, projectRoot: '', approvals };
  return Object.entries(unwanted).map(([kind, [entry, rule]]) => ({
    kind,
    name: `${kind} in the register`,
    run: () => finding('exceptions-register', evaluateRegister([entry], context), rule),
  }));
}

/** Rules that vanish, versions that move. */
function enginePins(pins: PinnedRules): ConfigurationMutant[] {
  const engines = Object.entries(pins) as [EngineName, { version: string; rules: string[] }][];
  return engines.flatMap(([engine, { version, rules }]) => {
    const result = (change: Partial<EngineResult>): EngineResult => ({
      engine,
      version,
      rows: [],
      rulesRun: rules,
      failures: [],
      notAssessed: [],
      ...change,
    });
    const evaluate = (changed: EngineResult) => (): Catch | undefined => {
      const [message] = pinFailures(changed, pins);
      return message === undefined ? undefined : { catcher: 'pinned-rules', rule: engine, message };
    };
    return [
      {
        kind: 'rule count lowered',
        name: `rule count lowered in ${engine}`,
        run: evaluate(result({ rulesRun: rules.slice(1) })),
      },
      {
        kind: 'engine of another version',
        name: `engine of another version: ${engine}`,
        run: evaluate(result({ version: '0.0.0' })),
      },
      {
        kind: 'engine that runs no rule',
        name: `engine that runs no rule: ${engine}`,
        run: evaluate(result({ rulesRun: [] })),
      },
    ];
  });
}

/** Values of a stage that its schema must refuse. */
function stageValues(stage: string): ConfigurationMutant[] {
  const config = loadStageConfig(stage);
  const values: Record<string, unknown> = {
    'accept threshold below the floor': { ...config, thresholds: { accept: 50, floor: 60, margin: 15 } },
    'margin above the floor': { ...config, thresholds: { accept: 90, floor: 10, margin: 15 } },
    'retention that logs do not know': { ...config, retention: { ...config.retention, applicationLog: 31 } },
    'no retention at all': { ...config, retention: { ...config.retention, auditObject: 0 } },
    'client with an unknown plan': { ...config, clients: [{ id: 'x1', description: 'x', plan: 'none' }] },
    'client that stands twice': { ...config, clients: [config.clients[0], config.clients[0]] },
    'one zone only': { ...config, availabilityZones: ['us-east-1a'] },
    'account id too short': { ...config, account: '12345' },
    'workflow longer than Express allows': {
      ...config,
      workflow: { ...config.workflow, timeoutSeconds: 600 },
    },
    'nobody to alert': { ...config, alerts: { ...config.alerts, security: [] } },
    'deletion window too short': { ...config, keyDeletionWindowDays: 1 },
    'dev that cannot be destroyed': {
      ...config,
      stage: 'dev',
      features: { ...config.features, objectLock: true },
    },
    'a setting nobody reads': { ...config, backdoor: true },
  };
  return Object.entries(values).map(([kind, value]) => ({
    kind,
    name: `${kind} in the configuration`,
    run: () => {
      try {
        parseStageConfig(value, 'mutant');
        return undefined;
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        return { catcher: 'configuration schema', rule: 'schema', message: error.message };
      }
    },
  }));
}

/** Declarations of the code that no longer say what the templates grant. */
function declarations(templates: readonly StackTemplate[]): ConfigurationMutant[] {
  const removed = FUNCTION_IDS.filter((id) => FUNCTION_CALLS[id].length > 0).map(
    (id): ConfigurationMutant => ({
      kind: 'call no longer made',
      name: `call no longer made by ${id}`,
      run: () =>
        finding(
          'proof-iam',
          proveIam(
            templates,
            { ...FUNCTION_CALLS, [id]: FUNCTION_CALLS[id].slice(1) },
            undefined,
            'without closed world',
          ).result.rows,
          'iam-grants-used',
        ),
    }),
  );
  const added = FUNCTION_IDS.map((id): ConfigurationMutant => ({
    kind: 'call without a grant',
    name: `call without a grant by ${id}`,
    run: () =>
      finding(
        'proof-iam',
        proveIam(
          templates,
          {
            ...FUNCTION_CALLS,
            [id]: [...FUNCTION_CALLS[id], { action: 's3:DeleteBucket', resource: 'bucket:pictures' }],
          },
          undefined,
          'without closed world',
        ).result.rows,
        'iam-calls-allowed',
      ),
  }));
  const undeclared = [
    ...new Set(DECLARED_NEEDS.filter(({ role }) => role === 'function').map(({ sid }) => sid)),
  ].map((sid): ConfigurationMutant => ({
    kind: 'platform need no longer declared',
    name: `platform need no longer declared: ${sid}`,
    run: () =>
      finding(
        'proof-iam',
        proveIam(
          templates,
          FUNCTION_CALLS,
          DECLARED_NEEDS.filter((need) => need.sid !== sid),
          'without closed world',
        ).result.rows,
        'iam-grants-used',
      ),
  }));
  return [...removed, ...added, ...undeclared];
}

/** Accepted results that somebody edited by hand: a line dropped, a line changed. */
function editedReviews(templates: readonly StackTemplate[]): ConfigurationMutant[] {
  const reviewed = [proveNetwork(templates).reviewed, ...proveIam(templates).reviewed].filter(
    (result) => result !== undefined,
  );
  return reviewed.flatMap(({ file, content }) => {
    const edits: Record<string, (text: string) => string> = {
      'line dropped': (text) =>
        text
          .split('\n')
          .filter((_line, index) => index !== 10)
          .join('\n'),
      'line changed': (text) =>
        text.replace('443', '443, 22').replace('through our endpoint', 'from anywhere'),
    };
    return Object.entries(edits).flatMap(([kind, edit]): ConfigurationMutant[] => {
      const before = accepted(file) ?? content;
      if (edit(before) === before) return [];
      return [
        {
          kind: `${kind} in an accepted result`,
          name: `${kind} in ${file}`,
          run: () => {
            const [message] = differences(edit(before), content);
            return message === undefined ? undefined : { catcher: 'review', rule: file, message };
          },
        },
      ];
    });
  });
}

/** Mistakes and tampering in the gate's own configuration, the stage's values and the code's declarations. */
export const configurationMutants = (
  stage: string,
  assembly: Assembly,
  pins: PinnedRules,
): ConfigurationMutant[] => {
  const [primary] = byApplication(templatesOf(assembly)).filter(
    ({ id }) => id === regionalApplicationIds(stage)[0],
  );
  const templates = primary?.templates ?? [];
  const { entries, approvals } = loadRegister();
  return [
    ...malformedEntries(entries),
    ...unwantedEntries(entries, stage, assembly, pins, approvals),
    ...enginePins(pins),
    ...stageValues(stage),
    ...declarations(templates),
    ...editedReviews(templates),
  ];
};
