import type { Construct } from 'constructs';
import { ReleaseApplication } from '../constructs/functions/release-application';
import { StackFunctions } from '../constructs/functions/stack-functions';
import { ArrivalRules } from '../constructs/processing/arrival-rules';
import { ClassificationWorkflow } from '../constructs/processing/classification-workflow';
import { EventSources } from '../constructs/processing/event-sources';
import { IntakeQueues } from '../constructs/processing/intake-queues';
import { Topics } from '../constructs/processing/topics';
import type { FunctionNetwork, StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

export interface ProcessingStackProps extends StageStackProps {
  readonly network: FunctionNetwork;
  readonly detectionStreamArn: string;
}

/** From an arrived picture to its decision: rule, queue, workflow, topics, stream. */
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
    new EventSources(this, 'EventSources', {
      ...props,
      intakeQueueArn: this.queues.intake.queueArn,
      intakeFunction: this.functions.byId.intake,
      detectionStreamFunction: this.functions.byId.detectionStream,
    });
  }
}
