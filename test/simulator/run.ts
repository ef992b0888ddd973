/**
 * Puts the same requests to our evaluator and to a second simulator that somebody else wrote, and tells where they
 * disagree. The simulator (https://github.com/cloud-copilot/iam-simulate, AGPL-3.0) is fetched by whoever runs this into a
 * temporary folder, runs there as a process of its own, and is deleted with it: nothing of it is in this repository.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { evaluate, type EvaluationResult } from '../../compliance/rules/proofs/iam/evaluate';
import { contextOf } from '../../compliance/rules/proofs/iam/request';
import { parsePolicy, type Statement } from '../../compliance/rules/proofs/iam/statement';
import { type Body, type Case, Cases, OURS } from './cases';
import { knownDifference } from './known-differences';

const SIMULATOR = { name: '@cloud-copilot/iam-simulate', version: '0.1.173' };
const DRIVER = path.join(__dirname, 'driver.mjs');

const HELP = `npm run test:simulator [-- --requests N] [--seed N]

Puts N requests (default: 20,000) with the policies that bear on them to our evaluator and to ${SIMULATOR.name}, which it
fetches into a temporary folder (AGPL-3.0: it stays there). Ends with 1 when they disagree about one, or the
simulator refuses more than a few.`;

const SHOWN = 10;
/** Of all requests: that many it may take for malformed. */
const MOST_REFUSED = 0.01;

const DECISIONS: Readonly<Record<string, EvaluationResult['decision']>> = {
  Allowed: 'allow',
  ImplicitlyDenied: 'implicit-deny',
  ExplicitlyDenied: 'explicit-deny',
};

const document = ({ version }: Case, Statement: readonly Body[]): Body => ({
  ...(version !== undefined && { Version: version }),
  Statement,
});

/** The request in the simulator's words. */
function simulationOf(one: Case): unknown {
  const { caller, action, resource, context } = one;
  const policy = (statements: readonly Body[]): Body => document(one, statements);
  const named = (name: string, statements: readonly Body[], content = policy(statements)): unknown[] =>
    statements.length === 0 ? [] : [{ name, policy: content }];
  const allowAll = {
    name: 'all',
    policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  };
  return {
    request: {
      principal:
        caller.kind === 'role'
          ? `arn:aws:sts::${caller.account}:assumed-role/reader/session`
          : caller.kind === 'service'
            ? caller.service
            : { type: 'Anonymous' },
      action,
      resource: { resource, accountId: OURS },
      contextVariables: context,
    },
    identityPolicies: named('identity', one.identity),
    serviceControlPolicies:
      caller.kind === 'role'
        ? [{ orgIdentifier: 'r-1', policies: [allowAll, ...named('control', one.serviceControl)] }]
        : [],
    resourceControlPolicies:
      one.resourceControl.length === 0
        ? []
        : [
            {
              orgIdentifier: 'r-1',
              policies: named('control', one.resourceControl, {
                Version: '2012-10-17',
                Statement: one.resourceControl,
              }),
            },
          ],
    ...(one.resourcePolicy && { resourcePolicy: policy(one.resourcePolicy) }),
    ...(one.boundary && { permissionBoundaryPolicies: named('boundary', one.boundary) }),
    ...(one.endpoint && { vpcEndpointPolicies: named('endpoint', one.endpoint) }),
  };
}

function ours(one: Case): EvaluationResult['decision'] {
  const read = (
    statements: readonly Body[] | undefined,
    content = statements && document(one, statements),
  ): Statement[] | undefined => content && parsePolicy(content, 'case', 'open');
  const { caller, action, resource } = one;
  return evaluate(
    { caller, action, resource, resourceAccount: OURS, context: contextOf(one.context) },
    {
      identity: read(one.identity) ?? [],
      boundary: read(one.boundary),
      resource: read(one.resourcePolicy),
      endpoint: read(one.endpoint),
      serviceControl: read(one.serviceControl),
      // AWS takes them of the new version only.
      resourceControl: read(one.resourceControl, { Version: '2012-10-17', Statement: one.resourceControl }),
      resourcePolicyRules: /^(kms|sts):/.test(action),
    },
  ).decision;
}

type Answer = { readonly result: string } | { readonly error: unknown };

/** Asks the simulator one request after the other. */
class Simulator {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(folder: string) {
    const entry = path.join(folder, 'node_modules', SIMULATOR.name, 'dist', 'esm', 'index.js');
    this.child = spawn(process.execPath, [DRIVER, entry], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!this.child.stdout) throw new Error('the simulator has no output');
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(simulations: readonly unknown[]): Promise<Answer[]> {
    for (const simulation of simulations) this.child.stdin?.write(`${JSON.stringify(simulation)}\n`);
    const answers: Answer[] = [];
    while (answers.length < simulations.length) {
      const line = await this.lines.next();
      if (line.done === true) throw new Error('The simulator ended before it had answered.');
      answers.push(JSON.parse(line.value) as Answer);
    }
    return answers;
  }

  end(): void {
    this.child.stdin?.end();
  }
}

const AT_ONCE = 200;

async function compare(simulator: Simulator, requests: number, seed: number): Promise<boolean> {
  const cases = new Cases(seed);
  const tally = { agreed: 0, refused: 0, disagreed: 0 };
  const decisions = new Map<string, number>();
  const known = new Map<string, number>();
  for (let asked = 0; asked < requests; asked += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, requests - asked) }, () => cases.make());
    const answers = await simulator.ask(some.map(simulationOf));
    for (const [index, one] of some.entries()) {
      const answer = answers[index];
      const theirs = answer && 'result' in answer ? DECISIONS[answer.result] : undefined;
      if (theirs === undefined) {
        tally.refused += 1;
        if (tally.refused <= SHOWN) console.log(`Refused: ${JSON.stringify(answer)}`);
        continue;
      }
      const verdict = ours(one);
      decisions.set(verdict, (decisions.get(verdict) ?? 0) + 1);
      if (verdict === theirs) {
        tally.agreed += 1;
        continue;
      }
      const reason = knownDifference(one);
      if (reason !== undefined) {
        known.set(reason, (known.get(reason) ?? 0) + 1);
        continue;
      }
      tally.disagreed += 1;
      if (tally.disagreed <= SHOWN)
        console.log(`Ours ${verdict}, theirs ${theirs}: ${JSON.stringify(one, undefined, 1)}`);
    }
  }
  console.log(
    `${requests} requests (seed ${seed}): ${tally.agreed} alike (${[...decisions].map(([decision, count]) => `${decision} ${count}`).join(', ')}), ` +
      `${tally.refused} refused by the simulator, ${tally.disagreed} not alike.`,
  );
  for (const [reason, count] of known) console.log(`Known: ${count} × ${reason}`);
  if (tally.refused > requests * MOST_REFUSED)
    console.log(`More than ${100 * MOST_REFUSED} % of the requests were refused: that compares nothing.`);
  return tally.disagreed === 0 && tally.refused <= requests * MOST_REFUSED && tally.agreed > 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'simulator-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
    execFileSync(
      'npm',
      [
        'install',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        '--loglevel=error',
        `${SIMULATOR.name}@${SIMULATOR.version}`,
      ],
      { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const simulator = new Simulator(folder);
    try {
      return (await compare(simulator, Number(values.requests), Number(values.seed))) ? 0 : 1;
    } finally {
      simulator.end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then((code) => {
  process.exitCode = code;
});
