import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Telemetry } from '../runtime/telemetry';
import { intake, type IntakePorts } from '../steps/intake';

export interface IntakeDependencies {
  readonly ports: Omit<IntakePorts, 'report'>;
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
      try {
        telemetry.info('taken in', { ...fields, outcome: await intake({ ...ports, report }, message) });
        return [];
      } catch (error) {
        telemetry.error('given back', error, fields);
        return [{ itemIdentifier: messageId }];
      }
    };
    return { batchItemFailures: (await Promise.all(event.Records.map(takeIn))).flat() };
  };
