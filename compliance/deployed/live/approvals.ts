import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { APPROVALS as GIVEN_BY, APPROVERS } from '../../../lib/names';
import { groupBy } from '../../group-by';
import { callsOf } from '../../../tools/aws/read-call';
import { each, type LiveCheck, named, nameIn, ofType } from '../aspect';
import { CHANGE } from '../controls';

const codePipeline = callsOf(CodePipelineClient, 'codepipeline');
const getState = codePipeline(GetPipelineStateCommand);
const listExecutions = codePipeline(ListPipelineExecutionsCommand);

/** Of a session's ARN, who it is called after and of which permission set. */
const SESSION = /:assumed-role\/(?:AWSReservedSSO_(?<set>.+)_[0-9a-f]+|[^/]+)\/(?<person>.+)$/;

/** The permission set that gives an approval, `STAGE/ACTION`; undefined for one that nobody is named for. */
const giverOf = (approval: string): string | undefined =>
  (Object.keys(APPROVERS) as (keyof typeof APPROVERS)[])
    .filter((kind) => (GIVEN_BY[kind] as readonly string[]).includes(approval))
    .map((kind) => APPROVERS[kind])[0];

interface Given {
  readonly approval: string;
  readonly by: string;
}

/** What is wrong with who gave the approvals of one stage. */
function givenByOthers(given: readonly Given[]): string[] {
  const stages = groupBy(given, ({ approval }) => approval.split('/')[0]);
  return [
    ...given
      .filter(({ approval, by }) => giverOf(approval) !== SESSION.exec(by)?.groups?.['set'])
      .map(
        ({ approval, by }) => `${approval} was given by ${by}, who is no ${giverOf(approval) ?? 'approver'}`,
      ),
    ...[...stages.values()].flatMap((of) => {
      const people = of.map(({ by }) => SESSION.exec(by)?.groups?.['person'] ?? by);
      const twice = people.filter((person, index) => people.indexOf(person) !== index);
      return [...new Set(twice)].map(
        (person) => `${of.map(({ approval }) => approval).join(' and ')} were given by one name, ${person}`,
      );
    }),
  ];
}

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
    title:
      'The pipeline tells who approved the last release, each approval by whose it is and no two by one name, and which commit that is.',
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
        const given = evaluated.flatMap((approval): Given[] => {
          const { status, lastUpdatedBy: by } = told.get(approval) ?? {};
          return status === 'Succeeded' && by !== undefined ? [{ approval, by }] : [];
        });
        return {
          ...named(pipeline),
          problems: [
            ...(evaluated.length === 0 ? ['the template’s pipeline asks nobody'] : []),
            ...missing.map((approval) => `the pipeline has no ${approval}`),
            ...approvals.flatMap(({ problem }) => problem),
            ...givenByOthers(given),
          ],
          seen:
            approvals.length === 0
              ? 'nothing was released yet'
              : approvals.map(({ text }) => text).join('; '),
        };
      }),
  },
];
