import { at, ofType, STAGES, type SynthesizedStage, synthesized } from '../support/synthesized-stage';
import {
  intakeConcurrency,
  longestStartWaitSeconds,
} from '../../lib/constructs/processing/intake-concurrency';
import { loadStageConfig } from '../../lib/config/load';
import { FUNCTION_IDS } from '../../lambda/functions';

interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: { ErrorEquals: string[]; JitterStrategy?: string; MaxAttempts: number }[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath: string }[];
  Choices?: { Variable: string; BooleanEquals: boolean; Next: string }[];
  Default?: string;
}
interface Definition {
  StartAt: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

function machineOf(stage: SynthesizedStage) {
  const machine = ofType(stage, 'AWS::StepFunctions::StateMachine').find(
    ({ Properties }) => Properties['StateMachineName'] === stage.names.stateMachine,
  );
  if (machine === undefined) throw new Error('no workflow');
  return {
    properties: machine.Properties,
    definition: JSON.parse(machine.Properties['DefinitionString'] as string) as Definition,
  };
}
const functionTimeout = (stage: SynthesizedStage, name: string): number =>
  ofType(stage, 'AWS::Lambda::Function').find(({ Properties }) => Properties['FunctionName'] === name)
    ?.Properties['Timeout'] as number;

/** An image id begins with a hexadecimal digit; the schedule of starts and the counts of uploads do not. */
const RECORDS = [...Array(16).keys()].map((digit) => ({ prefix: digit.toString(16) }));

describe.each(STAGES)('the classification workflow of %s', (name) => {
  const stage = synthesized(name);
  const { properties, definition } = machineOf(stage);
  const { States } = definition;
  const tasks = Object.entries(States).filter(([, { Type }]) => Type === 'Task');

  it('Given a good picture, then it is analyzed, decided, organised, perhaps announced, and complete', () => {
    expect(definition.StartAt).toBe('Analyze');
    expect(States['Analyze']?.Next).toBe('ClassifyAndLog');
    expect(States['ClassifyAndLog']?.Next).toBe('Organise');
    expect(States['Organise']?.Next).toBe('IsReviewDue');
    expect(States['IsReviewDue']?.Choices).toEqual([
      { Variable: '$.announce', BooleanEquals: true, Next: 'Notify' },
    ]);
    expect(States['IsReviewDue']?.Default).toBe('Complete');
    expect(States['Notify']?.Next).toBe('Complete');
    expect(States['Complete']?.Type).toBe('Succeed');
  });
  it('Given a rejected picture, then it goes to quarantine with its reason, and that completes', () => {
    for (const id of ['Analyze', 'ClassifyAndLog', 'Organise']) {
      expect(States[id]?.Catch).toEqual([
        { ErrorEquals: ['PictureRejected'], ResultPath: '$.error', Next: 'Quarantine' },
      ]);
    }
    expect(States['Quarantine']?.Next).toBe('Complete');
    expect(States['Quarantine']?.Resource).toBe(stage.names.functionAliasArn('organise'));
  });
  it('Given any other failure, then nothing catches it: the execution fails and intake returns the message', () => {
    const caught = Object.values(States).flatMap(({ Catch = [] }) =>
      Catch.flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect([...new Set(caught)]).toEqual(['PictureRejected']);
    expect(Object.values(States).filter(({ Type }) => Type === 'Fail')).toEqual([]);
  });
  it('retries passing faults by their names, with full jitter, and never a rejected picture', () => {
    for (const [, { Retry = [] }] of tasks) {
      const errors = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(errors).toEqual(expect.arrayContaining(['RekognitionThrottled', 'DependencyUnavailable']));
      expect(errors).not.toEqual(expect.arrayContaining(['PictureRejected']));
      expect(errors).not.toEqual(expect.arrayContaining(['States.ALL']));
      expect(errors).not.toEqual(expect.arrayContaining(['States.TaskFailed']));
      expect(Retry.map(({ JitterStrategy }) => JitterStrategy)).toEqual(Retry.map(() => 'FULL'));
    }
  });
  // https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
  it('retries once what was too slow, by every name that AWS gives it', () => {
    for (const [, { Retry = [] }] of tasks)
      expect(Retry.filter(({ ErrorEquals }) => ErrorEquals.includes('Lambda.Unknown'))).toEqual([
        expect.objectContaining({
          ErrorEquals: ['Lambda.Unknown', 'Sandbox.Timedout', 'States.Timeout'],
          MaxAttempts: 1,
        }),
      ]);
  });
  it('runs Lambda tasks only, each by the alias live: an SDK integration would leave the network', () => {
    const live = FUNCTION_IDS.map((id) => stage.names.functionAliasArn(id));
    for (const [, { Resource }] of tasks) expect(live).toContain(Resource);
  });
  it('is patient in one order: function < task < workflow < intake < a sixth of the visibility', () => {
    const { workflow } = stage.config;
    for (const [, { Resource = '', TimeoutSeconds = 0 }] of tasks) {
      expect(functionTimeout(stage, Resource.split(':').at(-2) ?? '')).toBeLessThan(TimeoutSeconds);
      expect(TimeoutSeconds).toBeLessThan(definition.TimeoutSeconds);
    }
    expect(definition.TimeoutSeconds).toBe(workflow.timeoutSeconds);
    const intake = functionTimeout(stage, stage.names.function('intake'));
    expect(definition.TimeoutSeconds + longestStartWaitSeconds(stage.config)).toBeLessThan(intake);
    const queue = ofType(stage, 'AWS::SQS::Queue').find(
      ({ Properties }) => Properties['QueueName'] === stage.names.intakeQueue,
    );
    expect(queue?.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * intake);
    expect(at(queue?.Properties, 'RedrivePolicy', 'maxReceiveCount')).toBe(workflow.maxReceiveCount);
  });
  it('logs no picture data, and publishes a version behind the alias live', () => {
    expect(properties['StateMachineType']).toBe('EXPRESS');
    expect(properties['LoggingConfiguration']).toMatchObject({ IncludeExecutionData: false, Level: 'ALL' });
    expect(properties['TracingConfiguration']).toEqual({ Enabled: true });
    expect(
      ofType(stage, 'AWS::StepFunctions::StateMachineAlias').map(({ Properties }) => Properties['Name']),
    ).toEqual(['live']);
  });
  it('takes pictures from the queue one by one, with head-room for slow ones, and counts records only', () => {
    const mappings = ofType(stage, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    expect(mappings).toEqual([
      expect.objectContaining({
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: intakeConcurrency(stage.config) },
      }),
      expect.objectContaining({
        FilterCriteria: {
          Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { ImageID: { S: RECORDS } } } }) }],
        },
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: expect.anything() as unknown } },
      }),
    ]);
  });
});

describe('intake concurrency', () => {
  const config = loadStageConfig('prod');
  it.each([
    [50, 2, 160],
    [5, 1.5, 12],
    [1, 0.4, 2],
    [500, 60, 1000],
  ])('at %d transactions a second and %d seconds a picture is %d', (transactions, expectedSeconds, slots) => {
    const workflow = { ...config.workflow, expectedSeconds };
    expect(intakeConcurrency({ ...config, rekognitionTransactionsPerSecond: transactions, workflow })).toBe(
      slots,
    );
  });
});
