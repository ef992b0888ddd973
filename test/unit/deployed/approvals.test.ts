import type { Ask, ExpectedRegion, ExpectedResource } from '../../../compliance/deployed/aspect';
import { APPROVALS } from '../../../compliance/deployed/live/approvals';

const place = { account: '111122223333', region: 'us-east-1', connection: {} };
const pipeline = (categories: readonly string[]): ExpectedResource => ({
  stack: 'serverlessapp-delivery',
  logicalId: 'Pipeline',
  type: 'AWS::CodePipeline::Pipeline',
  place,
  physicalId: 'serverlessapp-delivery',
  properties: {
    Name: 'serverlessapp-delivery',
    Stages: [
      {
        Name: 'serverlessapp-prod',
        Actions: categories.map((Category) => ({
          Name: Category === 'Approval' ? 'ReleaseToProduction' : Category,
          ActionTypeId: { Category },
        })),
      },
    ],
  },
});

/** What CodePipeline answers. https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html */
const answers = (latestExecution: object | undefined, actionName = 'ReleaseToProduction') => ({
  'codepipeline:GetPipelineState': {
    stageStates: [
      {
        stageName: 'serverlessapp-prod',
        latestExecution: { pipelineExecutionId: 'run-7', status: 'Succeeded' },
        actionStates: [{ actionName, latestExecution }],
      },
    ],
  },
  'codepipeline:ListPipelineExecutions': {
    pipelineExecutionSummaries: [
      { pipelineExecutionId: 'run-7', sourceRevisions: [{ actionName: 'Source', revisionId: 'abc123' }] },
    ],
  },
});
async function look(resource: ExpectedResource, told: Readonly<Record<string, unknown>>) {
  const region: ExpectedRegion = { place, resources: [resource], everywhere: [resource] };
  const ask = ((call: { name: string }) => Promise.resolve(told[call.name])) as Ask;
  const [finding] = (await APPROVALS[0]?.look(ask, region, new Date(), [])) ?? [];
  return finding;
}

const APPROVED = {
  status: 'Succeeded',
  lastUpdatedBy:
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_serverlessapp-approver_0123456789abcdef/jane',
  lastStatusChange: new Date('2026-11-29T10:00:00Z'),
  summary: 'evidence read',
};

test('an approval is told with who, when, which execution and which commit', async () => {
  const finding = await look(pipeline(['Approval', 'Deploy']), answers(APPROVED));
  expect(finding?.problems).toEqual([]);
  expect(finding?.seen).toBe(
    'serverlessapp-prod/ReleaseToProduction: Succeeded by arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_serverlessapp-approver_0123456789abcdef/jane on 2026-11-29T10:00:00.000Z, execution run-7, commit abc123: evidence read',
  );
});

test.each<[string, ExpectedResource, object, string]>([
  [
    'a pipeline that asks nobody',
    pipeline(['Deploy']),
    answers(APPROVED),
    'the template’s pipeline asks nobody',
  ],
  [
    'an approval that was taken out of the pipeline',
    pipeline(['Approval']),
    answers(APPROVED, 'Another'),
    'the pipeline has no serverlessapp-prod/ReleaseToProduction',
  ],
  [
    'an approval by nobody',
    pipeline(['Approval']),
    answers({ ...APPROVED, lastUpdatedBy: undefined }),
    'and the pipeline names nobody',
  ],
])('%s is a finding', async (_what, resource, told, problem) => {
  const finding = await look(resource, told as Readonly<Record<string, unknown>>);
  expect(finding?.problems.join()).toContain(problem);
});

/** The stage in which two people let a release in, as CodePipeline tells of it. */
const LET_IN: ExpectedResource = {
  ...pipeline([]),
  properties: {
    Name: 'serverlessapp-delivery',
    Stages: [
      {
        Name: 'Build',
        Actions: ['LetIn', 'LetInControls'].map((Name) => ({
          Name,
          ActionTypeId: { Category: 'Approval' },
        })),
      },
    ],
  },
};
const session = (permissionSet: string, person: string): string =>
  `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_${permissionSet}_0123456789abcdef/${person}`;
const letInBy = (release: string, security: string) => ({
  ...answers(undefined),
  'codepipeline:GetPipelineState': {
    stageStates: [
      {
        stageName: 'Build',
        latestExecution: { pipelineExecutionId: 'run-7', status: 'Succeeded' },
        actionStates: [
          { actionName: 'LetIn', latestExecution: { ...APPROVED, lastUpdatedBy: release } },
          { actionName: 'LetInControls', latestExecution: { ...APPROVED, lastUpdatedBy: security } },
        ],
      },
    ],
  },
});

test('two approvals of two people, each by whose it is, are as they should be', async () => {
  const finding = await look(
    LET_IN,
    letInBy(session('serverlessapp-approver', 'jane'), session('serverlessapp-security-approver', 'joe')),
  );
  expect(finding?.problems).toEqual([]);
});

test.each<[string, string, string, string]>([
  [
    'one person with both permission sets',
    session('serverlessapp-approver', 'jane'),
    session('serverlessapp-security-approver', 'jane'),
    'Build/LetIn and Build/LetInControls were given by one name, jane',
  ],
  [
    'an administrator',
    session('serverlessapp-approver', 'jane'),
    session('AdministratorAccess', 'joe'),
    'who is no serverlessapp-security-approver',
  ],
  [
    'the other approver',
    session('serverlessapp-security-approver', 'joe'),
    session('serverlessapp-security-approver', 'jim'),
    'Build/LetIn was given by arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_serverlessapp-security-approver_0123456789abcdef/joe, who is no serverlessapp-approver',
  ],
])('%s as approver is a difference', async (_what, release, security, problem) => {
  const finding = await look(LET_IN, letInBy(release, security));
  expect(finding?.problems.join()).toContain(problem);
});

test('before the first release nothing is wrong', async () =>
  expect(await look(pipeline(['Approval']), answers(undefined))).toMatchObject({
    problems: [],
    seen: 'nothing was released yet',
  }));
