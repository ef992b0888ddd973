import type { Construct } from 'constructs';
import { ReleaseApplication } from '../constructs/functions/release-application';
import { StackFunctions } from '../constructs/functions/stack-functions';
import { ArrivalRules } from '../constructs/processing/arrival-rules';
import { ClassificationWorkflow } from '../constructs/processing/classification-workflow';
import { EventSources } from '../constructs/processing/event-sources';
import { IntakeQueues } from '../constructs/processing/intake-queues';
import { ReviewSchedule } from '../constructs/processing/review-schedule';
import { Topics } from '../constructs/processing/topics';
import { WebhooksWorkflow } from '../constructs/webhooks/webhooks-workflow';
import { toldClients } from '../config/schema';
import type { FunctionNetwork, StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

export interface ProcessingStackProps extends StageStackProps {
  readonly network: FunctionNetwork;
  readonly detectionStreamArn: string;
}

/** From an arrived picture to its decision, and from a person's to its place: rules, queue, workflow, topics, stream. */
export class ProcessingStack extends StageStack {
  readonly queues: IntakeQueues;
  readonly topics: Topics;
  readonly workflow: ClassificationWorkflow;
  readonly functions: StackFunctions<'processing'>;

  constructor(scope: Construct, id: string, props: ProcessingStackProps) {
    super(scope, id, props, 'Queue, workflow, functions and topics between a picture and its decision');
    this.queues = new IntakeQueues(this, 'Queues', props);
    this.topics = new Topics(this, 'Topics', { ...props, failures: this.queues.failures });
    this.functions = new StackFunctions(this, 'Functions', {
      ...props,
      stack: 'processing',
      failures: this.queues.failures,
    });
    if (props.config.trafficShift === 'canary')
      this.functions.node.addDependency(new ReleaseApplication(this, 'Release', { names: props.names }));
    this.workflow = new ClassificationWorkflow(this, 'Classification', props);
    new ArrivalRules(this, 'ArrivalRules', { ...props, queues: this.queues });
    new ReviewSchedule(this, 'ReviewSchedule', {
      names: props.names,
      alias: this.functions.byId.settleReviews.alias,
    });
    if (toldClients(props.config).length > 0) new WebhooksWorkflow(this, 'Webhooks', props);
    new EventSources(this, 'EventSources', {
      ...props,
      intakeQueueArn: this.queues.intake.queueArn,
      intakeFunction: this.functions.byId.intake,
      detectionStreamFunction: this.functions.byId.detectionStream,
    });
  }
}
