import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../compliance/assembly/assembly';
import type { Assembly } from '../../../compliance/assembly/model';
import { evaluateAccount } from '../../../compliance/deployed/evaluate-account';
import { evaluate } from '../../../compliance/gate';
import { readerPolicies } from '../../../compliance/deployed/reader-policy';
import { collectEvidence } from '../../../compliance/report/evidence';
import { verifyPack } from '../../../compliance/report/verify-pack';
import { packFiles, writePack } from '../../../compliance/report/write-pack';
import {
  type EngineName,
  type EngineResult,
  type VerdictRow,
  verdictRowSchema,
} from '../../../compliance/verdict-row';
import { clientSettings } from '../../../local/emulator/clients';
import { silentProgress } from '../../../tools/setup/progress';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { trustOfAccount } from '../deployment/administrator';
import { transformRelease } from '../deployment/release';
import { type PhysicalId, type PlantedDrift, plantedDrift } from './plant-drift';
import type { GetSystem } from './test-system';

const READER = 'evidence-reader-under-test';

/** What the embedded AWS takes some reads for; AWS authorizes each by the action of its own name. */
const MISTAKEN = ['lambda:PutFunctionConcurrency', 'lambda:ListAliases', 'lambda:ListEventSourceMappings'];
/** What the embedded AWS does not answer; each is asked of SDK answers as documented (test/unit/deployed). */
const NOT_ANSWERED_HERE = [
  // WAF's texts come back in a form that no client of AWS reads.
  'firewall-rules',
  'alarms-not-muted',
  'logs-stay-here',
];
/** A change of these cannot be compared with how it was: there was nothing, or the embedded AWS had not kept it. */
const NOT_AS_EVALUATED_BEFORE = [
  'account-unevaluated',
  'network-no-way-out',
  'role-trust',
  'route-table-routes',
  'schedule-settings',
  // The organisation that the tests join stands in it.
  'secret-policy',
  'stack-unevaluated',
  // The tests listen there.
  'topic-subscribers',
];

const open = ({ verdict }: VerdictRow): boolean => verdict === 'non-compliant' || verdict === 'error';
const told = ({ rule, resource, message }: VerdictRow): string => `${rule} ${resource} ${message}`;
const notAsked = (rows: readonly VerdictRow[]): string[] =>
  rows.filter(({ verdict }) => verdict === 'error').map(told);

/** Whether a row names what was planted: by its name, or by its type where nobody chose one. */
const isOf = (row: VerdictRow, { rule, resource }: PlantedDrift): boolean =>
  row.rule === rule && (row.resource.startsWith(resource) || row.resourceType === resource);

/** Whether the account holds what was evaluated, asked as a reader of evidence and nothing more. */
export function describeDeployed(system: GetSystem): void {
  describe('what is deployed', () => {
    let assembly: Assembly;
    let physical: PhysicalId;
    let before: VerdictRow[];

    /** A session of a role that has the policies that the command prints, and nothing else. */
    async function reader() {
      const { config, emulator } = system().aws;
      const { Credentials } = await new STSClient(clientSettings(emulator)).send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${config.account}:role/${READER}`,
          RoleSessionName: 'evidence',
        }),
      );
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      };
    }

    async function askAccount(evaluated: Assembly): Promise<EngineResult> {
      const credentials = await reader();
      const connection = {
        ...clientSettings(system().aws.emulator),
        credentials,
        forcePathStyle: true,
        maxAttempts: 1,
      };
      return evaluateAccount({
        assembly: evaluated,
        clock: () => new Date(),
        pollMilliseconds: 20,
        connect: (account, region) => ({ account, region, connection }),
      });
    }
    const ask = async (): Promise<VerdictRow[]> => (await askAccount(assembly)).rows;

    beforeAll(async () => {
      const { emulator, clients, names, config } = system().aws;
      const { folder, stacks } = await transformRelease(emulator, clients, {
        assembly: new CloudAssembly(join(emulator.directory, 'cdk.out')),
        inVpcRoleArns: names.functionRoleArns,
      });
      const whole = loadAssembly(folder, PROJECT_ROOT);
      // The embedded AWS gets the primary region only, and no stack without a resource that it knows.
      assembly = {
        ...whole,
        stacks: whole.stacks.filter(
          ({ environment, resources }) =>
            environment?.endsWith(`/${config.region}`) === true && resources.length > 0,
        ),
      };
      const ids = new Map<string, string>();
      for (const { name } of stacks.filter((stack) =>
        assembly.stacks.some((each) => each.name === stack.name),
      )) {
        const { StackResourceSummaries = [] } = await clients.cloudFormation.send(
          new ListStackResourcesCommand({ StackName: name }),
        );
        for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
          ids.set(`${name}/${LogicalResourceId}`, PhysicalResourceId);
      }
      physical = (stack, logicalId) => {
        // The shortest: `DataKey`, not `DataKeyAlias`.
        const [found] = [...ids]
          .filter(([path]) => path.startsWith(`${names.of(stack)}/${logicalId}`))
          .sort(([a], [b]) => a.length - b.length);
        if (found === undefined) throw new Error(`There is no ${logicalId} in ${stack}.`);
        return found[1];
      };
      await clients.iam.send(
        new CreateRoleCommand({
          RoleName: READER,
          AssumeRolePolicyDocument: trustOfAccount(config.account),
        }),
      );
      const mistaken = { Effect: 'Allow', Action: MISTAKEN, Resource: '*' };
      const documents = {
        ...readerPolicies(),
        mistaken: { Version: '2012-10-17', Statement: [mistaken] },
      };
      for (const [PolicyName, document] of Object.entries(documents)) {
        const { Policy } = await clients.iam.send(
          new CreatePolicyCommand({ PolicyName, PolicyDocument: JSON.stringify(document) }),
        );
        await clients.iam.send(new AttachRolePolicyCommand({ RoleName: READER, PolicyArn: Policy?.Arn }));
      }
      before = await ask();
    }, 60_000);

    it('Given the policies that the command prints, then nothing is refused, and every row says where and when', () => {
      expect(
        notAsked(before).filter((text) => !NOT_ANSWERED_HERE.some((rule) => text.startsWith(`${rule} `))),
      ).toEqual([]);
      for (const row of before) {
        expect(() => verdictRowSchema.parse(row)).not.toThrow();
        expect(row.observed).toMatchObject({ account: '111122223333', region: 'us-east-1' });
      }
    });

    it('Given what was evaluated, then stacks and templates are as evaluated', () => {
      const stacks = before.filter(({ rule }) => /^stack-(deployed|template|resources)$/.test(rule));
      expect(stacks).toHaveLength(assembly.stacks.length * 3);
      expect(stacks.filter(open).map(told)).toEqual([]);
    });

    it('When settings are changed behind CloudFormation’s back, then each is named, and nothing else', async () => {
      const planted = plantedDrift(system(), physical);
      const known = new Set(before.filter(open).map(told));
      // What the embedded AWS does not keep would hide what is planted: each must be as evaluated before.
      for (const { rule, resource } of planted) {
        const row = before.find((each) => each.rule === rule && each.resource.startsWith(resource));
        if (!NOT_AS_EVALUATED_BEFORE.includes(rule))
          expect([rule, resource, row?.verdict]).toEqual([rule, resource, 'compliant']);
      }
      const refused: string[] = [];
      for (const { rule, plant } of planted)
        await plant().catch((error: unknown) => refused.push(`${rule}: ${String(error)}`));
      expect(refused).toEqual([]);
      const found = (await ask()).filter(open).filter((row) => !known.has(told(row)));
      const named = (row: VerdictRow): boolean => planted.some((each) => isOf(row, each));
      const missed = planted.filter((each) => !found.some((row) => isOf(row, each)));
      expect(missed.map(({ rule, resource }) => `${rule} ${resource}`)).toEqual([]);
      // CloudFormation's own comparison sees some of the same.
      const others = found.filter((row) => !named(row) && row.rule !== 'stack-drift');
      expect(others.map(told)).toEqual([]);
      const drifted = found.filter(({ rule }) => rule === 'stack-drift');
      expect(
        drifted
          .filter(({ resource }) => !planted.some((each) => resource.startsWith(each.resource)))
          .map(told),
      ).toEqual([]);
    }, 60_000);

    it('When the gate makes a pack of it, then differences lead it, every file says where and when, and it verifies', async () => {
      const output = join(system().aws.emulator.directory, 'pack');
      const generated = new Date();
      const today = generated.toISOString().slice(0, 10);
      const engines = new Set<EngineName>(['template-checks']);
      await evaluate({ stage: 'dev', engines, today, progress: silentProgress }, async (evaluation) => {
        expect(evaluation.failures).toEqual([]);
        const account = await askAccount(evaluation.assembly);
        const evidence = collectEvidence(
          {
            ...evaluation,
            results: [...evaluation.results, account],
            rows: [...evaluation.rows, ...account.rows],
          },
          { generated, tests: [] },
        );
        const files = packFiles({ ...evidence, difference: undefined }, evaluation.assembly, []);
        writePack(output, files, evidence.identity);
      });
      expect(verifyPack(output).changes).toEqual([]);
      const file = (name: string): string => readFileSync(join(output, name), 'utf8');
      // One of the planted changes, in every form that somebody takes away.
      const page = file('index.html');
      const lead = page.indexOf('Does the account hold what was evaluated?');
      expect(lead).toBeGreaterThan(0);
      for (const later of ['Evaluated:', 'id="rows"'])
        expect([later, page.indexOf(later) > lead]).toEqual([later, true]);
      const line = file('findings.csv')
        .split('\r\n')
        .find(
          (each) => each.startsWith('"deployed","bucket-public-access"') && each.includes('"non-compliant"'),
        );
      expect(line).toMatch(/"111122223333","us-east-1","\d{4}-\d\d-\d\dT/);
      const { runs } = JSON.parse(file('findings.sarif')) as {
        runs: { results: { ruleId: string; level: string; properties?: object }[] }[];
      };
      const result = runs
        .flatMap(({ results }) => results)
        .find(({ ruleId }) => ruleId === 'bucket-public-access');
      expect(result?.properties).toMatchObject({ account: '111122223333', region: 'us-east-1' });
      const observation = file('oscal/assessment-results.json');
      expect(observation).toContain('deployed: bucket-public-access');
      expect(observation).toMatch(/"name": "asked-at",\s*"ns": "[^"]+",\s*"value": "111122223333 us-east-1"/);
      // Told otherwise afterwards, it does not verify.
      writeFileSync(
        join(output, 'findings.csv'),
        file('findings.csv').replace('"non-compliant"', '"compliant"'),
      );
      expect(verifyPack(output).changes).toEqual(['findings.csv: was changed']);
    }, 90_000);
  });
}
