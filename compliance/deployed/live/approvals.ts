import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { callsOf } from '../../../tools/aws/read-call';
import { each, type LiveCheck, named, nameIn, ofType } from '../aspect';
import { CHANGE } from '../controls';

const codePipeline = callsOf(CodePipelineClient, 'codepipeline');
const getState = codePipeline(GetPipelineStateCommand);
const listExecutions = codePipeline(ListPipelineExecutionsCommand);

interface Declared {
  readonly Name?: string;
  readonly Actions?: readonly {
    readonly Name?: string;
    readonly ActionTypeId?: { readonly Category?: string };
  }[];
}

/** Who let the last release through, by the pipeline's own record; a person's role session stands in the ARN. */
export const APPROVALS: readonly LiveCheck[] = [
  {
    rule: 'release-approved',
    title: 'The pipeline tells who approved the last release, and which commit that is.',
    controls: CHANGE,
    remedy: 'See the execution in CodePipeline; a release that nobody approved is taken back.',
    calls: [getState, listExecutions],
    look: (ask, region) =>
      each(ofType(region, 'AWS::CodePipeline::Pipeline'), async (pipeline) => {
        const name = nameIn(pipeline, 'Name');
        const stages = (pipeline.properties['Stages'] ?? []) as Declared[];
        const evaluated = stages.flatMap(({ Name: stage = '', Actions = [] }) =>
          Actions.filter(({ ActionTypeId }) => ActionTypeId?.Category === 'Approval').map(
            ({ Name: action = '' }) => `${stage}/${action}`,
          ),
        );
        const { stageStates = [] } = await ask(getState, { name });
        const { pipelineExecutionSummaries = [] } = await ask(listExecutions, {
          pipelineName: name,
          maxResults: 100,
        });
        const commitOf = (id: string | undefined): string =>
          pipelineExecutionSummaries.find(({ pipelineExecutionId }) => pipelineExecutionId === id)
            ?.sourceRevisions?.[0]?.revisionId ?? 'unknown';
        const told = new Map(
          stageStates.flatMap(({ stageName = '', actionStates = [], latestExecution: execution }) =>
            actionStates.map(({ actionName = '', latestExecution }) => [
              `${stageName}/${actionName}`,
              { ...latestExecution, execution: execution?.pipelineExecutionId },
            ]),
          ),
        );
        const missing = evaluated.filter((approval) => !told.has(approval));
        const approvals = evaluated.flatMap((approval) => {
          const found = told.get(approval);
          if (found?.status === undefined) return [];
          const { status, lastUpdatedBy, lastStatusChange, summary = '', execution } = found;
          const when = lastStatusChange?.toISOString() ?? '';
          const nobody = status === 'Succeeded' && lastUpdatedBy === undefined;
          return [
            {
              problem: nobody ? [`${approval} succeeded on ${when}, and the pipeline names nobody`] : [],
              text: `${approval}: ${status} by ${lastUpdatedBy ?? 'nobody yet'} on ${when}, execution ${execution ?? ''}, commit ${commitOf(execution)}${summary === '' ? '' : `: ${summary}`}`,
            },
          ];
        });
        return {
          ...named(pipeline),
          problems: [
            ...(evaluated.length === 0 ? ['the evaluated pipeline asks nobody'] : []),
            ...missing.map((approval) => `the pipeline has no ${approval}`),
            ...approvals.flatMap(({ problem }) => problem),
          ],
          seen:
            approvals.length === 0
              ? 'nothing was released yet'
              : approvals.map(({ text }) => text).join('; '),
        };
      }),
  },
];
