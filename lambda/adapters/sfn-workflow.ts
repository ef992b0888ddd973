import { SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import type { Workflow, WorkflowResult } from '../domain/ports';
import { type CallLimits, clientConfiguration } from './client-configuration';
import { call } from './service-errors';

export const stepFunctionsClient = (limits: CallLimits): SFNClient =>
  new SFNClient(clientConfiguration(limits));

export class StepFunctionsWorkflow implements Workflow {
  constructor(
    private readonly client: SFNClient,
    private readonly stateMachineArn: string,
  ) {}

  async run(state: unknown): Promise<WorkflowResult> {
    const answer = await call('states:StartSyncExecution', () =>
      this.client.send(
        new StartSyncExecutionCommand({
          stateMachineArn: this.stateMachineArn,
          input: JSON.stringify(state),
        }),
      ),
    );
    return { status: answer.status ?? 'FAILED', error: answer.error, cause: answer.cause };
  }
}
