import { Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { Clients } from '../constructs/api/clients';
import { GatewayLogRole } from '../constructs/api/gateway-log-role';
import { ImageMethods } from '../constructs/api/image-methods';
import { RegionalRestApi } from '../constructs/api/regional-rest-api';
import { StackFunctions } from '../constructs/functions/stack-functions';
import type { FunctionNetwork, StageStackProps } from '../stage-context';
import { StageStack } from './stage-stack';

export interface ApiStackProps extends StageStackProps {
  readonly webAclArn: string;
  readonly network: FunctionNetwork;
}

/** The public REST API, its functions, clients with their keys and plans. */
export class ApiStack extends StageStack {
  readonly restApi: RegionalRestApi;
  readonly functions: StackFunctions<'api'>;
  readonly clients: Clients;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props, 'REST API, the functions behind it, and its clients');
    const failures = Queue.fromQueueArn(this, 'Failures', props.names.queueArn(props.names.failureQueue));
    this.functions = new StackFunctions(this, 'Functions', { ...props, stack: 'api', failures });
    this.restApi = new RegionalRestApi(this, 'Api', props);
    if (props.config.features.apiGatewayAccountRole) {
      const { account } = new GatewayLogRole(this, 'GatewayLogRole', props);
      this.restApi.deploymentStage.node.addDependency(account);
    }
    new ImageMethods(this, 'Methods', {
      api: this.restApi,
      functions: this.functions.byId,
      corsOrigins: props.config.api.corsOrigins,
    });
    new CfnWebACLAssociation(this, 'WebAclAssociation', {
      resourceArn: this.restApi.deploymentStage.stageArn,
      webAclArn: props.webAclArn,
    });
    this.clients = new Clients(this, 'Clients', { ...props, api: this.restApi });
  }
}
