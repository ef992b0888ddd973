import { Aws } from 'aws-cdk-lib';
import { CfnConnection } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { StageStackProps } from '../../stage-context';
import { webhooksDefinition } from './webhooks-definition';
import { StandardStateMachine } from '../workflows/standard-state-machine';
import { webhooksRole } from './webhooks-role';

/**
 * What tells clients by webhooks. A function signs, inside the network; Step Functions sends, outside of it, so that no
 * function needs a way out. https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
export class WebhooksWorkflow extends Construct {
  constructor(scope: Construct, id: string, props: StageStackProps) {
    super(scope, id);
    const { names, keys } = props;
    // An HTTP Task needs a connection, and a connection a header with a value that it keeps as a secret. Nothing trusts
    // this one: receivers verify the signature.
    const connection = new CfnConnection(this, 'Connection', {
      name: names.webhookConnection,
      description: 'No credentials: messages carry a signature',
      authorizationType: 'API_KEY',
      authParameters: {
        apiKeyAuthParameters: { apiKeyName: 'x-sent-by', apiKeyValue: Aws.STACK_NAME },
      },
    });
    new StandardStateMachine(this, 'StateMachine', {
      ...props,
      stateMachineName: names.webhooks,
      definition: webhooksDefinition(names.functionAliasArn('webhooks'), connection.attrArn),
      serviceRole: webhooksRole(this, { ...props, connectionArn: connection.attrArn }),
      key: keys.data,
    });
  }
}
