import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { PIPELINE_STAGES } from '../config/schema';
import { dailyPipeline, DELIVERY_PREFIX } from '../names';

/** An event that those who approve releases hear of. */
export interface DeliveryEvent {
  readonly description: string;
  readonly pattern: EventPattern;
  readonly message: string;
}

/** What those who approve hear of, by the ending of the rule's name. */
export const DELIVERY_ALERTS: Readonly<Record<string, DeliveryEvent>> = {
  'release-failed': {
    description: 'A release stopped; those who approve hear of it',
    pattern: {
      source: ['aws.codepipeline'],
      detailType: ['CodePipeline Pipeline Execution State Change'],
      detail: { pipeline: [DELIVERY_PREFIX], state: ['FAILED'] },
    },
    message: 'A release stopped: see the pipeline.',
  },
  'daily-evidence-failed': {
    description: "A day's evidence could not be made, or tells of a difference",
    pattern: {
      source: ['aws.codepipeline'],
      detailType: ['CodePipeline Pipeline Execution State Change'],
      detail: { pipeline: PIPELINE_STAGES.map(dailyPipeline), state: ['FAILED'] },
    },
    message:
      "A day's evidence could not be made, or what runs is not what was evaluated: see the last action of the pipeline and the day's pack.",
  },
  // Where sources come from. The service has two names, and needs a trail of management events in the account, such as
  // the organisation's. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-codeconnections.html
  'release-source-changed': {
    description: 'A connection to the source repository was made, changed or deleted',
    pattern: {
      source: ['aws.codeconnections', 'aws.codestar-connections'],
      detailType: ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['codeconnections.amazonaws.com', 'codestar-connections.amazonaws.com'],
        eventName: [
          'CreateConnection',
          'DeleteConnection',
          'UpdateConnectionInstallation',
          'CreateHost',
          'UpdateHost',
          'DeleteHost',
          'CreateRepositoryLink',
          'UpdateRepositoryLink',
          'DeleteRepositoryLink',
        ],
      },
    },
    message:
      'A connection to the source repository was made, changed or deleted: find the event in the trail; without a change ticket, stop the pipeline.',
  },
};
