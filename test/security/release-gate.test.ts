import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, Stack, Stage } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { applicationIdOf, applicationsOf } from '../../compliance/applications';
import { evaluateWithCdkNag } from '../../compliance/engines/cdk-nag';
import { evaluateRegister } from '../../compliance/register/evaluate-register';
import { loadRegister } from '../../compliance/register/load';
import { applyRegister } from '../../compliance/register/match';
import { writeSuppressions } from '../../compliance/register/write-suppressions';
import { synthesize, type Synthesized } from '../../compliance/synthesize';
import type { VerdictRow } from '../../compliance/verdict-row';
import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES } from '../../lib/config/schema';
import { releaseApplication } from '../../lib/stages/delivery-application';
import { RecoveryApplicationStage } from '../../lib/stages/recovery-application-stage';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { emptyBundles } from '../support/synthesized-stage';

const scratch = mkdtempSync(path.join(tmpdir(), 'serverlessapp-release-'));
const { entries, approvals } = loadRegister();
const prod = loadStageConfig('prod');
const evaluated = applicationsOf('prod').map(({ id }) => id);

/** What the gate evaluates with prod, of what `build` makes: a release, or a part of it. */
const release = (name: string, build: (app: App) => void = releaseApplication): Synthesized =>
  synthesize(
    path.join(scratch, name),
    PROJECT_ROOT,
    (app) => {
      app.node.setContext('bundles', emptyBundles());
      build(app);
      writeSuppressions(app, entries, 'prod');
    },
    (stackName) => evaluated.includes(applicationIdOf(stackName) ?? ''),
  );

/** Someone adds a bucket without any protection. */
function addUnprotected(scope: unknown): void {
  if (!Stack.isStack(scope)) throw new Error('There is no such stack.');
  new CfnBucket(scope, 'Unprotected', { bucketName: 'serverlessapp-unprotected' });
}
const FAULT =
  readFileSync(__filename, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes("'Unprotected'")) + 1;

const nagOf = ({ constructs }: Synthesized) => evaluateWithCdkNag(constructs);
const openIn = (rows: readonly VerdictRow[]): VerdictRow[] =>
  applyRegister(rows, entries, 'prod').filter(
    ({ verdict }) => verdict === 'non-compliant' || verdict === 'error',
  );

const deployed: string[] = [];
const original = release('original', (app) => {
  releaseApplication(app);
  deployed.push(...app.node.children.filter((child) => Stage.isStage(child)).map(({ node }) => node.id));
});
const nag = nagOf(original);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('what is evaluated with prod', () => {
  it('is the second region and the pipeline too, each by name and account', () => {
    const environments = new Map<string, Set<string>>();
    for (const { name, environment } of original.assembly.stacks) {
      const id = applicationIdOf(name) ?? '';
      environments.set(id, (environments.get(id) ?? new Set()).add(environment ?? ''));
    }
    expect(Object.fromEntries(environments)).toEqual({
      'serverlessapp-prod': new Set(['aws://777788889999/us-east-1', 'aws://777788889999/us-west-2']),
      'serverlessapp-prod-recovery': new Set(['aws://777788889999/us-west-2']),
      'serverlessapp-delivery': new Set(['aws://222233334444/us-east-1', 'aws://222233334444/us-west-2']),
    });
  });
  it('is, with the other stages, everything that the pipeline deploys', () => {
    const all = STAGE_NAMES.flatMap((stage) => applicationsOf(stage).map(({ id }) => id));
    expect(all.filter((id) => id !== 'serverlessapp-delivery').sort()).toEqual(deployed.sort());
  });
  it.each(evaluated)('has no open finding of cdk-nag in %s', (id) => {
    expect(nag.rows.some(({ stack }) => applicationIdOf(stack ?? '') === id)).toBe(true);
    const open = openIn(nag.rows).filter(({ stack }) => applicationIdOf(stack ?? '') === id);
    expect(open.map(({ rule, constructPath }) => `${rule} ${constructPath ?? ''}`)).toEqual([]);
  });
  it('holds every construct that the register names, each of them narrowly', () => {
    const context = {
      stage: 'prod',
      today: '2026-11-25',
      assembly: original.assembly,
      results: [nag],
      projectRoot: PROJECT_ROOT,
      approvals,
    };
    const found = evaluateRegister(entries, context).filter(
      ({ rule, verdict }) => verdict !== 'compliant' && ['UNKNOWN-CONSTRUCT', 'TOO-BROAD'].includes(rule),
    );
    expect(found.map(({ resource, message }) => `${resource}: ${message}`)).toEqual([]);
    const [first] = entries.filter(({ id }) => id === 'EXC-014');
    const gone = entries.map((entry) =>
      entry === first ? { ...entry, resources: [...entry.resources, 'serverlessapp-delivery/Gone'] } : entry,
    );
    expect(
      evaluateRegister(gone, context)
        .filter(({ rule, verdict }) => rule === 'UNKNOWN-CONSTRUCT' && verdict === 'non-compliant')
        .map(({ resource }) => resource),
    ).toEqual(['EXC-014']);
  });
});

describe('a fault is reported with the line that makes it', () => {
  const expectFound = (open: readonly VerdictRow[], scope: string): void => {
    expect(open.filter(({ constructPath }) => constructPath?.startsWith(`${scope}/`)).length).toBeGreaterThan(
      5,
    );
    for (const { source, constructPath } of open) {
      expect(constructPath).toContain('Unprotected');
      expect(source).toEqual({ file: 'test/security/release-gate.test.ts', line: FAULT });
    }
  };

  const PIPELINE = ['serverlessapp-delivery', 'serverlessapp-delivery-recovery'];
  let openInPipeline: VerdictRow[];
  beforeAll(() => {
    const mutant = release('pipeline', (app) => {
      releaseApplication(app);
      // The pipeline synthesizes its stages as it is made: what comes later in them would not be deployed either.
      for (const part of PIPELINE) addUnprotected(app.node.tryFindChild(part));
    });
    openInPipeline = openIn(nagOf(mutant).rows);
  });
  it.each(PIPELINE)('in the pipeline: %s', (part) => {
    expectFound(openInPipeline, part);
  });

  it('in the application of the second region', () => {
    const mutant = release('second-region', (app) => {
      addUnprotected(new RecoveryApplicationStage(app, prod).node.tryFindChild('storage'));
    });
    expectFound(openIn(nagOf(mutant).rows), 'serverlessapp-prod-recovery');
  });
});
