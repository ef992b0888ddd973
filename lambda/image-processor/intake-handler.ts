import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { CLIENT_DIMENSION } from '../domain/metrics';
import type { Telemetry } from '../runtime/telemetry';
import { intake, type IntakePorts } from '../steps/intake';

export interface IntakeDependencies {
  readonly ports: Omit<IntakePorts, 'report' | 'laterVersion'>;
  readonly telemetry: Telemetry;
}

/** Takes in the messages side by side; those that failed go back to the queue, and at last to the dead-letter queue. */
export const intakeHandler =
  ({ ports, telemetry }: IntakeDependencies) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const takeIn = async ({ messageId, attributes, body }: SQSEvent['Records'][number]) => {
      const message = { messageId, receiveCount: Number(attributes.ApproximateReceiveCount), body };
      const fields = { messageId, receiveCount: message.receiveCount };
      const report = (error: unknown) => {
        telemetry.error('failure not on record', error, fields);
      };
      const laterVersion = (clientId: string) => {
        telemetry.measure('laterVersions', 1, { [CLIENT_DIMENSION]: clientId });
      };
      try {
        const outcome = await intake({ ...ports, report, laterVersion }, message);
        telemetry.info('taken in', { ...fields, outcome });
        return [];
      } catch (error) {
        telemetry.error('given back', error, fields);
        return [{ itemIdentifier: messageId }];
      }
    };
    return { batchItemFailures: (await Promise.all(event.Records.map(takeIn))).flat() };
  };
